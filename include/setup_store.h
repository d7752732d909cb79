/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is remembered of the vendor's part of the set-up: the licence text that was agreed to, and
 * the answers to each step that was done. Without secrets. */

#include <stdbool.h>
#include <stdint.h>

#include "conf.h"
#include "step_def.h"

#define SETUP_EULA  STATEDIR "/eula"
#define SETUP_STEPS STATEDIR "/steps"

/* Remember that the text in file, a translation of the vendor's, was agreed to at this time
 * (CLOCK_REALTIME, usec): JSON of "file", "time" and "text". -EINVAL: it is none, or the vendor has
 * none; -ENOENT and others: it cannot be read, or not be written, which *ret_written tells
 * apart. */
int setup_keep_eula(const char *root, const struct conf *conf, const char *file, uint64_t when,
	bool *ret_written);

/* Has the vendor's text, in whatever language, been agreed to? */
bool setup_has_eula(const char *root, const struct conf *conf);

/* Remember the answers of a step that was done (step_values_to_json()). */
int setup_keep_step(const char *root, const struct step_def *def, const char *json);

/* Those answers. -ENOENT: it was not done, or its fields are others now. Caller frees. */
int setup_read_step(const char *root, const struct step_def *def, char **ret);

/* May the customer leave this step out, by its file or by [Wizard] Skippable=? */
bool setup_may_skip(const struct conf *conf, const char *name, bool skippable);

/* The first step that has to be done before the set-up is finished, and is not; NULL: none is
 * left. */
const struct step_def *setup_find_missing(
	const char *root, const struct conf *conf, const struct step_defs *defs);
