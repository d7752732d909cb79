/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Waiting for firstbootd, with words. */

#include <stdbool.h>
#include <stdint.h>

#include "client.h"
#include "safe_text.h"
#include "step_def.h"

/* A vendor's step that was done: client_step, owned. */
struct reply_step {
	char *name, *values;
	bool changed;
};

/* GetSetup, kept. */
struct reply_setup {
	bool eula_accepted;
	struct reply_step steps[STEPS_MAX];
	size_t n_steps;
};
void reply_setup_done(struct reply_setup *setup);

/* An answer, kept beyond the callback. Pass reply_keep and this as done and userdata of a client_*
 * call; it must live until the wait for it is over. */
struct reply {
	bool done;
	enum client_outcome outcome;
	safe_char text[512];
	bool unchanged;			      /* SetRootPasswordHash, AddRootKey, RunStep */
	bool unclaimed, authenticated, login; /* GetState */
	uint64_t txid;			      /* SetNetwork */
	bool proven;
	uint64_t usec_left;
	bool granted; /* BeginEdit */
	safe_char editor[SAFE_TEXT_MAX];
	uint64_t editing_since;
	bool copy; /* GetIdentity */

	/* Where to put what is large; NULL: leave it out. */
	struct net_set *settings;		      /* GetSettings */
	struct history_entry (*history)[HISTORY_MAX]; /* ListHistory */
	size_t n_history;
	struct secret *secret;	   /* MakeRootPassword */
	struct reply_setup *setup; /* GetSetup; zeros before */
};

void reply_keep(const struct client_result *result, void *userdata);

/* What to keep where the call could not be made, or the answer will not come. */
void reply_unreachable(struct reply *reply);

/* Draw what is going on; called after 300 ms, then once a second. */
typedef void (*reply_paint_fn)(unsigned seconds, void *userdata);

/* Run the event loop until the answer is there. started is what the client_* call returned.
 * Keys are not read meanwhile. */
void reply_wait(struct reply *reply, int started, reply_paint_fn paint, void *userdata);

/* The same with one sentence on the screen. */
void reply_wait_sentence(struct reply *reply, int started, const safe_char *what);

/* The same without a word, on a terminal that has no screen. */
void reply_wait_plain(struct reply *reply, int started, sd_event *event);
