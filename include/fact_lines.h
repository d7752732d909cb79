/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Headings, and below them labels with values, as lines wrapped to a width. The same facts make
 * the details page and the support report. */

#include <stdbool.h>
#include <stddef.h>

#include "safe_text.h"
#include "util.h"

#define FACT_TEXT_MAX 1024 /* of one value; what is longer is cut */

struct fact_lines {
	int columns;	 /* to wrap to */
	int indent;	 /* cells before headings; facts stand further in */
	safe_char *text; /* owned: lines, each with its NUL */
	size_t length, text_size;
	size_t *starts; /* owned */
	size_t n, n_allocated;
	bool failed; /* no memory: some lines are missing */
};

/* Forget all lines, and take the width of the next ones. */
void fact_lines_begin(struct fact_lines *lines, int columns);
void fact_lines_done(struct fact_lines *lines);

/* These take a format and its arguments, as safe_format() does. */
#define fact_lines_heading(lines, ...) fact_lines_heading_raw((lines), SAFE_FORMAT(__VA_ARGS__))

/* "label  value"; label "" goes on with the one above. A value is wrapped at its blanks. */
#define fact_lines_put(lines, label, ...)                                                          \
	fact_lines_put_raw((lines), (label), SAFE_FORMAT(__VA_ARGS__))

/* A paragraph without a label. */
#define fact_lines_text(lines, ...) fact_lines_text_raw((lines), SAFE_FORMAT(__VA_ARGS__))

/* What stands behind these three. */
_printf_(2, 3) void fact_lines_heading_raw(struct fact_lines *lines, const char *format, ...);
_printf_(3, 4) void fact_lines_put_raw(
	struct fact_lines *lines, const safe_char *label, const char *format, ...);
_printf_(2, 3) void fact_lines_text_raw(struct fact_lines *lines, const char *format, ...);

void fact_lines_blank(struct fact_lines *lines);

/* Line i; headings have a mark of their own, which is not part of the text. */
const safe_char *fact_lines_get(const struct fact_lines *lines, size_t i, bool *ret_heading);
