/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "options.h"

/* --check-steps: the files that are named, else all steps of the machine or of the image below
 * --root, with their programs. Returns the exit status. */
int steps_check_run(const struct options *options);
