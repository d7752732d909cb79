/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define NCURSES_WIDECHAR 1
#include "draw_box.h"

#include <curses.h>

#include "draw.h"
#include "safe_words.h"
#include "wrap.h"

#define ARROW_X	    2
#define BUTTON_ROWS 3 /* the line above the buttons, the buttons, the border */

void draw_box_look(WINDOW *win, enum theme_role role)
{
	(void)wattrset(win, theme_look(role));
}

/* In the middle of the upper border, between blanks, which some bring along. */
static void draw_title(WINDOW *win, const safe_char *title)
{
	size_t length = wrap_fit(title, safe_length(title), getmaxx(win) - 4);
	int columns = wrap_columns(title, length), x = (getmaxx(win) - columns) / 2;

	if (*title && *title != ' ')
		draw_blanks(win, 0, x - 1, columns + 2);
	draw_text(win, 0, x, title, length);
}

/* In a border, that there is more behind it. */
static void draw_arrow(WINDOW *win, int y, chtype arrow, const safe_char *sign)
{
	(void)mvwaddch(win, y, ARROW_X, arrow);
	draw_text(win, y, ARROW_X + 1, sign, safe_length(sign));
}

void draw_box_frame(WINDOW *win, const safe_char *title, bool above, bool below)
{
	int line = getmaxy(win) - BUTTON_ROWS, right = getmaxx(win) - 1;

	theme_paper(win);
	draw_box_look(win, THEME_TEXT);
	(void)werase(win);
	(void)box(win, 0, 0);
	(void)mvwaddch(win, line, 0, ACS_LTEE);
	(void)whline(win, ACS_HLINE, right - 1);
	(void)mvwaddch(win, line, right, ACS_RTEE);

	draw_box_look(win, THEME_TITLE);
	draw_title(win, title);
	if (above)
		draw_arrow(win, 0, ACS_UARROW, OURS("(-)"));
	if (below)
		draw_arrow(win, line, ACS_DARROW, OURS("(+)"));
	draw_box_look(win, THEME_TEXT);
}
