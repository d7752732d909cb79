/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define NCURSES_WIDECHAR 1
#include "draw_box.h"

#include <dialog.h>

#define ARROWS_X    2
#define BOTTOM_ROWS 3 /* the line above the buttons, the buttons, the border */
#define BUTTONS_ROW 2 /* from below */

void draw_box_look(WINDOW *win, enum draw_look look)
{
	switch (look) {
	case DRAW_WORDS:
		(void)wattrset(win, dialog_attr);
		break;
	case DRAW_PROBLEM:
		(void)wattrset(win, itemhelp_attr | A_BOLD);
		break;
	case DRAW_FIELD:
		(void)wattrset(win, form_text_attr);
		break;
	case DRAW_FIELD_ACTIVE:
		(void)wattrset(win, form_active_text_attr);
		break;
	}
}

void draw_box_frame(WINDOW *win, const safe_char *title)
{
	dlg_draw_box2(
		win, 0, 0, getmaxy(win), getmaxx(win), dialog_attr, border_attr, border2_attr);
	dlg_draw_bottom_box2(win, border_attr, border2_attr, dialog_attr);
	dlg_draw_title(win, safe_bytes(title));
}

void draw_box_arrows(WINDOW *win, bool above, bool below)
{
	dlg_draw_arrows2(win, above, below, ARROWS_X, 0, getmaxy(win) - BOTTOM_ROWS, dialog_attr,
		border_attr);
}

void draw_box_buttons(WINDOW *win, const safe_char *const *labels, int chosen)
{
	const char *bytes[DRAW_BUTTONS_MAX + 1] = { 0 };

	for (size_t i = 0; i < DRAW_BUTTONS_MAX && labels[i]; i++)
		bytes[i] = safe_bytes(labels[i]);
	dlg_draw_buttons(win, getmaxy(win) - BUTTONS_ROW, 0, bytes, chosen, FALSE, getmaxx(win));
}

int draw_box_focus(WINDOW *win)
{
	int y = getcury(win), x = getcurx(win), button = -1;
	cchar_t cell;

	for (int at = 0; at <= x && y == getmaxy(win) - BUTTONS_ROW; at++)
		if (mvwin_wch(win, y, at, &cell) == OK)
			button += cell.chars[0] == L'<';
	wmove(win, y, x);
	return button < 0 ? DRAW_NO_BUTTON : button;
}
