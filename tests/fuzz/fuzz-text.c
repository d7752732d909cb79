/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Text from outside: a first byte says how many columns there are, the rest is what is to be drawn,
 * to be sent over the bus, or to be wrapped. */

#include <locale.h>
#include <wchar.h>

#include "fuzz.h"
#include "safe_text.h"
#include "unit_log.h"
#include "wrap.h"

#define ROWS 64

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	return 0;
}

/* The cells of text, all of which can be drawn: -1 where one cannot. */
static int cells(const char *text)
{
	int total = 0, width;
	wchar_t c;

	for (int n; *text; text += n) {
		mbstate_t state = { 0 };

		n = (int)mbrtowc(&c, text, strlen(text), &state);
		width = n > 0 ? wcwidth(c) : -1;
		/* Not drawn, or draws what is around it in another order. */
		if (width < 0 || c == 0x2028 || c == 0x2029 || (c >= 0x200b && c <= 0x200f) ||
			(c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff)
			return -1;
		total += width;
	}
	return total;
}

/* Fit to be drawn in so many columns, and fit already where it has been made so. */
static void check_safe(const char *text, int columns)
{
	struct safe_str safe = safe_text(text, columns), again;
	const char *shown = (const char *)safe.text;
	int width = cells(shown);

	again = safe_text(shown, columns);
	fuzz_assert(memchr(safe.text, 0, SAFE_TEXT_MAX));
	fuzz_assert(fuzz_is_utf8(safe.text) && !fuzz_has_control(safe.text));
	fuzz_assert(width >= 0 && (columns == 0 || width <= columns));
	fuzz_assert(streq(shown, (const char *)again.text));
}

/* As long as it was, and what was right is there still. */
static void check_utf8(const char *text)
{
	_cleanup_free_ char *copy = strdup(text);

	fuzz_assert(copy);
	safe_utf8(copy);
	fuzz_assert(strlen(copy) == strlen(text) && fuzz_is_utf8(copy));
	fuzz_assert(!fuzz_is_utf8(text) || streq(copy, text));
	for (size_t i = 0; text[i]; i++)
		fuzz_assert(copy[i] == text[i] || copy[i] == '?');
}

/* As long as it was, on one line. */
static void check_line(const char *text)
{
	_cleanup_free_ char *copy = strdup(text);

	fuzz_assert(copy);
	safe_line(copy, '?');
	fuzz_assert(strlen(copy) == strlen(text));
	fuzz_assert(fuzz_is_utf8(copy) && !fuzz_has_control(copy));
}

/* Rows that follow each other, none wider than there is room but for a character that is. */
static void check_wrap(const void *text, int columns)
{
	struct wrap_row rows[ROWS];
	size_t n = wrap_text(text, columns, rows, ROWS), length = strlen(text);
	const char *at = text, *end = at + length;

	fuzz_assert(n <= ROWS);
	for (size_t i = 0; i < n; i++) {
		const char *row = (const char *)rows[i].text;

		fuzz_assert(row >= at && row - at <= 1);
		at = row + rows[i].length;
		fuzz_assert(at <= end && !memchr(row, '\n', rows[i].length));
		fuzz_assert(wrap_columns(rows[i].text, rows[i].length) <= columns ||
			    wrap_fit(rows[i].text, rows[i].length, columns) == 0);
	}
	/* The blank behind the last row, too, if it is full. */
	at += n < ROWS && *at == ' ';
	fuzz_assert(n == ROWS || at + strspn(at, "\n") == end);
	fuzz_assert(wrap_columns(text, wrap_fit(text, length, columns)) <= columns);
	fuzz_assert(wrap_skip(text, length, columns) <= length);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = NULL;
	char line[100];

	if (size < 1)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	check_safe(text, data[0]);
	check_utf8(text);
	check_line(text);
	check_wrap(text, data[0] > 0 ? data[0] : 1);
	for (size_t room = 1; room <= sizeof(line); room += 33) {
		unit_log_clean((const char *)data + 1, size - 1, room, line);
		fuzz_assert(strlen(line) < room && fuzz_is_utf8(line) && !fuzz_has_control(line));
	}
	return 0;
}
