/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Text in rows of so many cells. */

#include <stddef.h>

#include "safe_text.h"

struct wrap_row {
	const safe_char *text; /* not NUL-terminated: length bytes */
	size_t length;
};

/* Cut text into rows of at most columns cells, at blanks where there are any, and at newlines; at
 * most max rows. Leading blanks of a line stay. Returns the number of rows. */
size_t wrap_text(const safe_char *text, int columns, struct wrap_row *rows, size_t max);

/* Cells of the first length bytes of text. */
int wrap_columns(const safe_char *text, size_t length);

/* The width for printf("%-*s"), which counts bytes, that makes text fill so many cells. */
int wrap_field(const safe_char *text, int columns);

/* Bytes of the characters at the beginning of text that take up at least so many cells. */
size_t wrap_skip(const safe_char *text, size_t length, int columns);

/* Bytes of text, at most length, that fit into so many cells. */
size_t wrap_fit(const safe_char *text, size_t length, int columns);
