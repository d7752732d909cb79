/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Can the web interface be reached from outside? Watches for another computer that connects to its
 * port, while a customer opens the address there. */

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "safe_text.h"

#define VISIT_SECONDS 60

struct visit {
	struct app *app;
	unsigned port;	      /* of the URL */
	unsigned served;      /* that its connections end at: another one where the firewall
				 redirects */
	bool over;	      /* somebody has come, or time is up */
	safe_char who[128];   /* the other computers' addresses, "" for nobody */
	safe_char cause[640]; /* nobody: what may be wrong and what to do, in sentences */

	/* visit.c's own */
	uint64_t started;
	sd_event_source *timer;
	void (*changed)(struct visit *visit);
};

/* Watch, twice a second, and have changed called each time. Where nobody could come it is over at
 * once, without a call. */
int visit_start(struct visit *visit, struct app *app, void (*changed)(struct visit *visit));
void visit_stop(struct visit *visit);

/* Seconds since the start. */
unsigned visit_seconds(const struct visit *visit);
