/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether what the vendor has made of a step is still what it was when the step was done. Neither
 * sizes nor times of files can tell: those of an image are often all the same. */

#include <stdbool.h>

#include "step_def.h"

#define SETUP_DIGEST_SIZE  65		      /* SHA-256 in hexadecimal digits */
#define SETUP_DIGEST_BYTES (16 * 1024 * 1024) /* of a file; what is behind counts by its length */

/* Of the file and the program of a step; "" where they cannot be read. Takes no memory but its
 * stack. */
void setup_digest_make(
	const char *root, const struct step_def *def, char ret[static SETUP_DIGEST_SIZE]);

/* Is the digest another one now than that of the last time (setup_keep_step())? Not where there is
 * no program to be run again, nor where one of the two is not known: a record may be of a firstboot
 * that kept none. */
bool setup_digest_differs(const char *root, const struct step_def *def);
