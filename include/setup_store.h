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

/* What is kept of a step: its answers, and what it was made of (setup_digest.h). */
#define SETUP_ANSWERS	     "json"
#define SETUP_DIGEST	     "digest"
#define SETUP_STEP_PATH_SIZE (sizeof(SETUP_STEPS) + STEP_NAME_SIZE + 8)

/* What is remembered of an agreement to the text in file, a translation of the vendor's, at this
 * time (CLOCK_REALTIME, usec): JSON of "file", "time" and "text". -EPERM: it is none, or the
 * vendor has none; -errno of reading it. Caller frees. */
int setup_compose_eula(
	const char *root, const struct conf *conf, const char *file, uint64_t when, char **ret);

/* Remember it. Likewise; *ret_written: all was read, so that an error is one of writing it. */
int setup_keep_eula(const char *root, const struct conf *conf, const char *file, uint64_t when,
	bool *ret_written);

/* Has the vendor's text, in whatever language, been agreed to as it is now? */
bool setup_has_eula(const char *root, const struct conf *conf);

/* The file of one of them. */
void setup_step_path(
	const struct step_def *def, const char *what, char ret[static SETUP_STEP_PATH_SIZE]);

/* Remember the answers of a step that was done (step_values_to_json()), and what it was made of
 * then; "": not known. -errno: the answers were not written, or what it was made of was not. */
int setup_keep_step(
	const char *root, const struct step_def *def, const char *json, const char *digest);

/* Those answers. -ENOENT: it was not done, or its fields are others now. Caller frees. */
int setup_read_step(const char *root, const struct step_def *def, char **ret);

/* Is there anything to do in this step, which the customer may not leave out? */
bool setup_has_to_be_done(const struct conf *conf, const struct step_def *def);

/* The first step that has to be done before the set-up is finished, and is not; NULL: none is
 * left. */
const struct step_def *setup_find_missing(
	const char *root, const struct conf *conf, const struct step_defs *defs);
