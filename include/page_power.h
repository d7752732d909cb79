/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Restart and power off: asks which, says what stands in the way, and asks again before it is done
 * all the same. */

#include "app.h"
#include "safe_text.h"

/* The menu. Returns when its customer goes back, or when the machine is shutting down. */
void page_power_run(struct app *app);

/* Restart; whoever calls has asked whether to. */
void page_power_restart(struct app *app);

/* The texts, for plain lines as well. */
struct power_way {
	const char *what;
	const safe_char *title, *question; /* the last two are to be translated */
};
#define POWER_WAYS 2
extern const struct power_way power_ways[POWER_WAYS]; /* restart, power off */
