/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One line of text while it is typed: UTF-8 in a buffer of the caller's, edited by character. */

#include <stdbool.h>
#include <stddef.h>
#include <wchar.h>

struct line {
	char *bytes; /* borrowed; size bytes, always NUL-terminated */
	size_t size, length, cursor;
	bool full; /* something was typed that did not fit, and nothing taken out since */
};

/* Edit the text that bytes (of size bytes) holds already; the cursor stands behind it. */
void line_init(struct line *line, char *bytes, size_t size);

/* Take in a key as screen_read() gives it (is_function: KEY_*). False: it is not for a line. What
 * does not fit, and what cannot be drawn, is dropped. */
bool line_key(struct line *line, wint_t key, bool is_function);

/* Characters before offset bytes. */
size_t line_characters(const struct line *line, size_t offset);
