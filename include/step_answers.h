/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The answers of a step as they cross the bus: two sealed memory files (names.h), the second of
 * which has the secrets. */

#include "step_values.h"

/* Read both into ret, and check each of them, and that all that have to be answered are: those that
 * are not have their defaults. False: problem says why in whole sentences. ret is the caller's
 * either way, for step_values_done(). */
bool step_answers_read(const struct step_def *def, int values_fd, int secrets_fd,
	struct step_values *ret, struct problem *problem);

/* A sealed memory file with this text. -errno: there is none. Caller closes. */
int step_answers_seal(const char *json);

/* free(3) of a text that may have secrets. For _cleanup_(). */
void step_answers_clearp(char **text);
