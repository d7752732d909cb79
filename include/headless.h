/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Settings without a screen: it never asks, never waits for a person, and says why. */

#include "answers.h"
#include "app.h"
#include "outcome.h"

/* --reconfigure and --check with answers, --export: the whole of it. Returns the exit status. */
int headless_run(const struct options *options);

/* Bring the machine of app (app_read_machine(), settled) to answers, which have no problems of
 * their own: nothing where it is so already. claim: and claim it, when they let root log in. What
 * does not fit this machine is added to problems, which ret borrows then. All or nothing of the
 * network; what was done before a step that failed is named in ret->text. */
void headless_apply(struct app *app, const struct answers *answers, const struct options *options,
	bool claim, struct answers_problems *problems, struct outcome *ret);

/* The same to the image of a machine below options->root, where nothing runs (--root). */
int offline_run(const struct options *options);

/* --unattended (firstboot-headless.service). */
int unattended_run(const struct options *options);
