/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What stands open at firstbootd: a change of the network that waits to be kept, who edits, and the
 * vendor's part of the setup. */

#include "app.h"
#include "reply.h"
#include "step_def.h"

typedef void (*waiting_changed_fn)(void *userdata);

struct waiting {
	bool answered;	/* firstbootd has said how it is, or does not answer */
	uint64_t txid;	/* of the change; 0: none waits */
	uint64_t until; /* CLOCK_REALTIME, usec: when it is taken back */
	char links[160];
	char editor[128];      /* "" for nobody */
	uint64_t since;	       /* CLOCK_REALTIME, usec */
	struct step_defs defs; /* the vendor's steps */
	struct reply_setup setup;
	bool setup_known; /* firstbootd has said what of it is done */

	/* waiting.c's own */
	bool has_eula, status_answered, setup_answered;
	sd_bus *bus;	       /* borrowed: to see that app has another one */
	struct client *client; /* its own: signals have one listener a client */
	waiting_changed_fn changed;
	void *userdata;
};

/* Ask, and follow it from now on; changed: something above is different. app has its bus. */
void waiting_begin(
	struct waiting *waiting, const struct app *app, waiting_changed_fn changed, void *userdata);

/* Ask anew where app has another bus than before. */
void waiting_update(struct waiting *waiting, const struct app *app);

void waiting_done(struct waiting *waiting);
