/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Whether somebody has the virtual consoles read to them. */

#include <stdbool.h>

/* Does the kernel's speakup speak, or brltty run, by /sys and /proc below root? What cannot be read
 * there does not. */
bool read_aloud(const char *root);

/* The same by three files at most, in place of all that run: a brltty counts that a service of this
 * name has started. */
bool read_aloud_by_service(const char *root);
