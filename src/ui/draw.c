/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define NCURSES_WIDECHAR 1
#include "draw.h"

#include <curses.h>
#include <wchar.h>

#include "textfile.h"
#include "theme.h"
#include "util.h"
#include "wrap.h"

/* A control character: of ASCII, or one of C1 (U+0080 to U+009F) in UTF-8. */
static size_t control_length(const unsigned char *at, size_t length)
{
	if (*at < ' ' || *at == 0x7f)
		return 1;
	return *at == 0xc2 && length > 1 && at[1] >= 0x80 && at[1] < 0xa0 ? 2 : 0;
}

/* Make each of them one '?', but for those in kept. Returns the length that is left. */
static size_t drop_controls(char *text, size_t length, const char *kept)
{
	size_t to = 0;

	for (size_t i = 0; i < length; i++) {
		size_t control = control_length((const unsigned char *)text + i, length - i);

		if (control > 0 && !strchr(kept, text[i])) {
			text[to++] = '?';
			i += control - 1;
		} else {
			text[to++] = text[i];
		}
	}
	text[to] = '\0';
	return to;
}

void draw_text(WINDOW *win, int y, int x, const safe_char *text, size_t length)
{
	char row[2048]; /* a screen has at most 500 columns (screen.c) */

	length = strnlen(safe_bytes(text), length < sizeof(row) ? length : sizeof(row) - 1);
	memcpy(row, text, length);
	length = drop_controls(row, length, "");
	if (length > 0)
		(void)mvwaddnstr(win, y, x, row, (int)length);
}

void draw_string(int y, int x, const safe_char *text)
{
	draw_text(stdscr, y, x, text, safe_length(text));
}

void draw_blanks(WINDOW *win, int y, int x, int width)
{
	(void)mvwhline(win, y, x, ' ', width);
}

void draw_rule(int y)
{
	(void)mvhline(y, 0, ACS_HLINE, COLS);
}

void draw_bar(const safe_char *left, const safe_char *right)
{
	(void)attrset(theme_bar());
	draw_blanks(stdscr, 0, 0, COLS);
	draw_string(0, 1, left);
	draw_string(0, COLS - 1 - wrap_columns(right, safe_length(right)), right);
	(void)attrset(theme_text());
}

bool draw_holds(int y, int x, const safe_char *text)
{
	wchar_t wanted[1024], found[1024];
	size_t n = mbstowcs(wanted, safe_bytes(text), ARRAY_SIZE(wanted));
	bool holds;
	int cursor_y, cursor_x;

	if (n >= ARRAY_SIZE(wanted))
		return false;
	if (n == 0)
		return true;
	getyx(stdscr, cursor_y, cursor_x);
	holds = mvinnwstr(y, x, found, (int)n) != ERR && wmemcmp(found, wanted, n) == 0;
	(void)move(cursor_y, cursor_x);
	return holds;
}

void draw_print_list(FILE *file, const char *format, va_list arguments)
{
	_cleanup_free_ char *text = NULL;
	int n = vasprintf(&text, format, arguments);

	if (n < 0) {
		text = NULL;
		return;
	}
	(void)fwrite(text, 1, drop_controls(text, (size_t)n, "\n"), file);
}

int draw_compose(void (*write)(FILE *f, const void *what), const void *what, safe_char **ret)
{
	char *text;
	int r = textfile_compose(write, what, &text);

	if (r >= 0)
		*ret = (safe_char *)text;
	return r;
}

void draw_print_raw(FILE *file, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	draw_print_list(file, format, arguments);
	va_end(arguments);
}
