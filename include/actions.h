/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the keys of the dashboard do. */

#include "app.h"

/* Show the dashboard and do what is chosen there, until the customer quits, logs in, or the
 * terminal is gone. The terminal has been taken already. */
void actions_run(struct app *app);

/* May this process change settings now? Asks for root's password where firstbootd wants it, and
 * says why not where it is no. */
bool actions_permit(struct app *app);

/* An answer of firstbootd, kept. */
struct reply {
	bool done;
	enum client_outcome outcome;
	bool unclaimed, authenticated, login;
	char text[512];
};

/* The client_done_fn that keeps the answer in the struct reply that userdata is. */
void reply_keep(const struct client_result *result, void *userdata);

/* What to keep where the call could not even be made. */
void reply_not_sent(struct reply *reply);
