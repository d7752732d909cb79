/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The screen that is always there: where the web interface is, how the network is, what can be
 * done. */

#include "app.h"

enum dashboard_choice {
	DASHBOARD_SETTINGS,
	DASHBOARD_DETAILS,
	DASHBOARD_LOGIN,
	DASHBOARD_RESCUE, /* in place of a login, where the vendor says so */
	DASHBOARD_POWER,
	DASHBOARD_QUIT,	     /* not on a console */
	DASHBOARD_UNCLAIMED, /* firstbootd says that the wizard is due */
};

/* Show it until the customer chooses. Follows the kernel and firstbootd; writes only when something
 * changed. */
enum dashboard_choice dashboard_run(struct app *app);
