/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What differs between two small texts, as diff -u tells it. */

/* The hunks, three lines of context each, without the two lines that name the files; "" where
 * nothing differs. NULL counts as no file. -E2BIG: too many lines; -ENOMEM. Caller frees. */
int textdiff_make(const char *old, const char *new, char **ret);
