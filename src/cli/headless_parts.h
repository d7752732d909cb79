/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of headless.h have in common. */

#include "headless.h"
#include "network_change.h"
#include "progress.h"
#include "reply.h"

/* Read the machine, all but the web. False: outcome says why not. */
bool headless_begin(struct app *app, struct outcome *outcome);

/* What the answer to a call makes of the run, where it is not CLIENT_OK. */
void headless_fail(const struct reply *reply, struct outcome *outcome);

/* The answers have problems. */
void headless_refuse(const struct answers_problems *problems, struct outcome *outcome);

/* Read them from the file, and from the command line, which goes before. False: outcome says why
 * there are none, or borrows problems. */
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
