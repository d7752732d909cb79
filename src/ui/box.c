/* SPDX-License-Identifier: LGPL-2.1-or-later */

#define NCURSES_WIDECHAR 1
#include "box.h"

#include <curses.h>

#include "draw.h"
#include "screen.h"

#define ROWS_FOR_TITLE 16 /* fewer rows than this are all for the dialog */
#define TITLE_ROWS     2

static struct safe_str product;

void box_product(const safe_char *name)
{
	product = safe_cut(name, 0);
}

int box_top(void)
{
	return *product.text && !screen_is_plain() && LINES >= ROWS_FOR_TITLE ? TITLE_ROWS : 0;
}

/* An empty screen, for the next box. */
static void clear_screen(void)
{
	(void)erase();
	if (box_top() > 0) {
		draw_string(0, 1, product.text);
		draw_rule(1);
	}
	(void)wnoutrefresh(stdscr);
}

bool box_begin(enum answer *ret)
{
	*ret = ANSWER_BACK;
	if (screen_ended())
		return false;
	if (screen_is_plain())
		return true;
	while (screen_too_small()) {
		if (screen_get_key() < 0) {
			*ret = screen_ended() ? ANSWER_BACK : ANSWER_WOKEN;
			return false;
		}
	}
	clear_screen();
	return true;
}
