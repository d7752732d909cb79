/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Why there is no address to show, and what a customer can do about it. */

#include "app.h"
#include "safe_text.h"

struct advice {
	safe_char cause[400];  /* a sentence; "" while the kernel has not told its links */
	const safe_char *hint; /* the key to press on the dashboard, as a sentence; "" for none */
};

/* The first cause that is true now, for an appliance without a usable address. */
void advice_find(const struct app *app, struct advice *ret);
