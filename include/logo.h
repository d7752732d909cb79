/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The vendor's picture made of characters ([Product] Logo=). */

#include <stddef.h>

#define LOGO_ROWS    6
#define LOGO_COLUMNS 60

/* The rows at path below root, each ended by a newline, without blanks at their ends and without
 * empty rows at the end. -EINVAL: it is no such picture, *ret_why is a sentence with the rule and
 * *ret_line the line that breaks it (0: the file). -ENOMEM. Caller frees. */
int logo_read(const char *root, const char *path, char **ret, int *ret_line, const char **ret_why);
