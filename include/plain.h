/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The dashboard as plain lines: for terminals that cannot move their cursor, for screen readers,
 * for --status. */

#include <stdio.h>

#include "dashboard.h"
#include "status.h"

/* Write the lines of a status, without the hints that name keys. */
void plain_print(FILE *out, const struct status_line *lines, size_t n);

/* The dashboard on such a terminal: the lines, again whenever they change, and numbered choices. As
 * dashboard_run(). */
enum dashboard_choice plain_run(struct app *app);
