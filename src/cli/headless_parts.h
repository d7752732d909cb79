/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of headless.h have in common. */

#include "headless.h"
#include "network_change.h"
#include "plan.h"
#include "progress.h"
#include "reply.h"

/* headless_begin.c: read the machine, all but the web. False: outcome says why not. */
bool headless_begin(struct app *app, struct outcome *outcome);

/* What the answer to a call makes of the run, where it is not CLIENT_OK. */
void headless_fail(const struct reply *reply, struct outcome *outcome);

/* plan_make() has failed; nothing was changed. */
void headless_fail_plan(int r, struct outcome *outcome);

/* The answers have problems. */
void headless_refuse(const struct answers_problems *problems, struct outcome *outcome);

/* headless.c: read them from the file, and from the command line, which goes before. False: outcome
 * says why there are none, or borrows problems. */
bool headless_read_answers(const struct options *options, struct answers *answers,
	struct answers_problems *problems, struct outcome *outcome);

/* headless_lock.c: let nobody else change settings meanwhile, waiting for them as long as
 * options->timeout says. False: outcome says who does. interrupted ends the wait. */
bool headless_lock(struct app *app, const struct options *options, const bool *interrupted,
	struct outcome *outcome);

/* A change of the network waits to be kept: say how, to whoever reads it. */
void headless_tell_waiting(const struct network_change *change);

/* headless_export.c: --export, and how an answer file is told. Both return the exit status. */
int headless_export(const struct options *options);
int headless_tell_export(const char *text, const struct options *options);

/* -- headless_apply.c and its steps ---------------------------------------------------------------
 */

/* All of it. */
struct applying {
	struct app *app;
	const struct options *options;
	struct plan *plan;
	struct outcome *outcome;
	struct progress progress;
	struct reply reply; /* of the step that is under way */
	bool claim, interrupted;
	struct net_set set;
	struct network_change change;
	size_t vendor_lines[STEPS_MAX]; /* of progress, for each vendor's step */
	unsigned done;			/* a bit for each step that has changed something */
};

/* One step. */
struct step {
	const char *part;			 /* of the plan */
	const safe_char *name, *working, *ready; /* working: NULL where it has lines of its own */
	bool (*is_due)(const struct applying *run);
	/* Do it. False: not done, reply says why. */
	bool (*work)(struct applying *run);
	void (*plan)(struct applying *run); /* add lines of its own; NULL: there are none */
};

#define N_HEADLESS_STEPS 9

/* headless_steps.c: all of them. */
extern const struct step headless_steps[N_HEADLESS_STEPS];

/* headless_setup.c: the vendor's licence text and steps. */
bool headless_eula_is_due(const struct applying *run);
bool headless_accept_eula(struct applying *run);
bool headless_vendor_is_due(const struct applying *run);
void headless_plan_vendor(struct applying *run);
bool headless_run_vendor(struct applying *run);

/* The vendor's step of this name, of those that are answered; NULL: there is none. */
const struct plan_step *headless_find_vendor(const struct applying *run, const char *name);

/* Wait for firstbootd's answer to a call. True: it is done. */
bool headless_wait_for(struct applying *run, int started);
