/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fact_lines.h"

#include <stdarg.h>

#include "wrap.h"

#define FACT_INDENT   2	 /* facts stand so much further in than their heading */
#define LABEL_COLUMNS 16 /* cells of a label with the gap behind it */
#define LABEL_NARROW  9	 /* the same where the screen has fewer than NARROW columns */
#define NARROW	      60
#define VALUE_MIN     16 /* cells that a value has at least */
#define ROWS_MAX      40 /* of one value */

/* What stands before the text of each line. */
enum mark { MARK_PLAIN = ' ', MARK_HEADING = '#' };

void fact_lines_begin(struct fact_lines *lines, int columns)
{
	lines->columns = columns;
	lines->indent = 0;
	lines->length = lines->n = 0;
	lines->failed = false;
}

void fact_lines_done(struct fact_lines *lines)
{
	free(lines->text);
	free(lines->starts);
	*lines = (struct fact_lines){ 0 };
}

/* Room for one more line of size bytes. */
static bool make_room(struct fact_lines *lines, size_t size)
{
	if (lines->n == lines->n_allocated) {
		size_t n = lines->n_allocated ? 2 * lines->n_allocated : 32;
		size_t *starts = reallocarray(lines->starts, n, sizeof(*starts));

		if (!starts)
			return false;
		lines->starts = starts;
		lines->n_allocated = n;
	}
	if (lines->length + size > lines->text_size) {
		size_t n = 2 * (lines->length + size);
		safe_char *text = realloc(lines->text, n);

		if (!text)
			return false;
		lines->text = text;
		lines->text_size = n;
	}
	return true;
}

/* Add a line: so many blanks, then what stands in front (filled up to width cells), then text. */
static void add_line(struct fact_lines *lines, enum mark mark, int indent, const safe_char *label,
	int width, const safe_char *text, size_t length)
{
	int blanks = width - wrap_columns(label, safe_length(label));
	size_t size;
	int n;

	if (blanks < 0)
		blanks = 0;
	size = 2 + (size_t)indent + safe_length(label) + (size_t)blanks + length;
	if (!make_room(lines, size)) {
		lines->failed = true;
		return;
	}
	n = safe_format(lines->text + lines->length, size, "%c%*s%s%*s%.*s", mark, indent, OURS(""),
		label, length ? blanks : 0, OURS(""), (int)length, text);
	lines->starts[lines->n++] = lines->length;
	lines->length += (size_t)n + 1;
}

void fact_lines_heading_raw(struct fact_lines *lines, const char *format, ...)
{
	int room = lines->columns - lines->indent;
	safe_char text[FACT_TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	(void)safe_format_list(text, sizeof(text), format, ap);
	va_end(ap);
	add_line(lines, MARK_HEADING, lines->indent, OURS(""), 0, text,
		wrap_fit(text, safe_length(text), room));
}

/* Wrap text behind a label of so many cells; what is wrapped stands below its beginning. */
static void add_wrapped(
	struct fact_lines *lines, const safe_char *label, int width, const safe_char *text)
{
	int indent = lines->indent + FACT_INDENT;
	int room = lines->columns - indent - width;
	struct wrap_row rows[ROWS_MAX];
	size_t n = wrap_text(text, room > VALUE_MIN ? room : VALUE_MIN, rows, ROWS_MAX);

	for (size_t i = 0; i < n; i++) {
		size_t length = rows[i].length;

		while (length > 0 && rows[i].text[length - 1] == ' ')
			length--;
		add_line(lines, MARK_PLAIN, indent, i == 0 ? label : OURS(""), width, rows[i].text,
			length);
	}
}

void fact_lines_put_raw(struct fact_lines *lines, const safe_char *label, const char *format, ...)
{
	int width = lines->columns < NARROW ? LABEL_NARROW : LABEL_COLUMNS;
	safe_char text[FACT_TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	(void)safe_format_list(text, sizeof(text), format, ap);
	va_end(ap);
	/* A label that does not fit stands alone. */
	if (wrap_columns(label, safe_length(label)) >= width) {
		add_line(lines, MARK_PLAIN, lines->indent + FACT_INDENT, label, 0, OURS(""), 0);
		label = OURS("");
	}
	add_wrapped(lines, label, width, text);
}

void fact_lines_text_raw(struct fact_lines *lines, const char *format, ...)
{
	safe_char text[FACT_TEXT_MAX];
	va_list ap;

	va_start(ap, format);
	(void)safe_format_list(text, sizeof(text), format, ap);
	va_end(ap);
	add_wrapped(lines, OURS(""), 0, text);
}

void fact_lines_blank(struct fact_lines *lines)
{
	add_line(lines, MARK_PLAIN, 0, OURS(""), 0, OURS(""), 0);
}

const safe_char *fact_lines_get(const struct fact_lines *lines, size_t i, bool *ret_heading)
{
	const safe_char *line = lines->text + lines->starts[i];

	*ret_heading = line[0] == MARK_HEADING;
	return line + 1;
}
