/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "wrap.h"

#include <stdlib.h>
#include <string.h>
#include <wchar.h>

/* The next character of text (at most length bytes), its bytes and cells. What is no character
 * counts as one cell. */
static size_t next_character(const safe_char *text, size_t length, int *ret_columns)
{
	mbstate_t state = { 0 };
	wchar_t wide;
	size_t n;
	int columns;

	*ret_columns = 1;
	/* Most of it is, in every character set that a terminal has. */
	if (*text >= ' ' && *text <= '~')
		return 1;
	n = mbrtowc(&wide, safe_bytes(text), length, &state);
	if (n == 0 || n == (size_t)-1 || n == (size_t)-2)
		return 1;
	columns = wcwidth(wide);
	if (columns >= 0)
		*ret_columns = columns;
	return n;
}

int wrap_columns(const safe_char *text, size_t length)
{
	int total = 0, columns;

	for (size_t i = 0; i < length; total += columns)
		i += next_character(text + i, length - i, &columns);
	return total;
}

size_t wrap_fit(const safe_char *text, size_t length, int columns)
{
	size_t i = 0;
	int used = 0, width;

	while (i < length) {
		size_t n = next_character(text + i, length - i, &width);

		used += width;
		if (used > columns)
			break;
		i += n;
	}
	return i;
}

int wrap_field(const safe_char *text, int columns)
{
	int bytes = (int)safe_length(text);

	return columns + bytes - wrap_columns(text, (size_t)bytes);
}

size_t wrap_skip(const safe_char *text, size_t length, int columns)
{
	size_t i = 0;
	int used = 0, width;

	while (i < length && used < columns) {
		i += next_character(text + i, length - i, &width);
		used += width;
	}
	return i;
}

/* May a row end before line[i], where one of the two characters there is a wide one? Languages that
 * have those put no blanks between words. No row begins with what ends a sentence or a sound, and
 * none ends with a bracket or quote that opens. */
static bool may_part(const safe_char *line, size_t i)
{
	static const char never_first[] =
		"\u3001\u3002\u300d\u300f\u3041\u3043\u3045\u3047\u3049\u3063\u3083\u3085\u3087"
		"\u3005"
		"\u30a1\u30a3\u30a5\u30a7\u30a9\u30c3\u30e3\u30e5\u30e7\u30fb\u30fc";
	const char *at = safe_bytes(line) + i;

	if (strchr(" .,:;?!)]}\"%", at[0]) || strchr(" ([{\"", at[-1]))
		return false;
	for (size_t j = 0; j < sizeof(never_first) - 1; j += 3)
		if (strncmp(at, never_first + j, 3) == 0)
			return false;
	return true;
}

/* Bytes of the line's beginning that fit into a row. */
static size_t row_length(const safe_char *line, size_t length, int columns)
{
	size_t blank = 0, i = 0;
	int used = 0, width, before = 1;

	while (i < length) {
		size_t n = next_character(line + i, length - i, &width);

		if (i > 0 && (width == 2 || before == 2) && may_part(line, i))
			blank = i;
		if (used + width > columns)
			return blank > 0 ? blank : i > 0 ? i : n;
		/* A break at the indentation would be an empty row. */
		if (i > 0 && line[i] != ' ' && line[i - 1] == ' ' &&
			strspn(safe_bytes(line), " ") < i)
			blank = i;
		before = width;
		used += width;
		i += n;
	}
	return length;
}

size_t wrap_text(const safe_char *text, int columns, struct wrap_row *rows, size_t max)
{
	size_t n = 0;

	while (n < max && *text) {
		size_t line = safe_until(text, "\n");
		size_t length = row_length(text, line, columns);

		rows[n++] = (struct wrap_row){ text, length };
		text += length;
		/* The blank behind a word that fills its row begins none. */
		if (length == line ? *text == '\n' : *text == ' ')
			text++;
	}
	return n;
}
