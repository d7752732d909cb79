/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define NCURSES_WIDECHAR 1
#include "draw_box.h"

#include <dialog.h>

#include "draw.h"
#include "wrap.h"

#define ARROWS_X    2
#define BOTTOM_ROWS 3 /* the line above the buttons, the buttons, the border */

void draw_box_look(WINDOW *win, enum draw_look look)
{
	const chtype looks[] = {
		[DRAW_WORDS] = dialog_attr,
		[DRAW_PROBLEM] = itemhelp_attr | A_BOLD,
		[DRAW_FIELD] = form_text_attr,
		[DRAW_FIELD_ACTIVE] = form_active_text_attr,
		[DRAW_BUTTON] = button_inactive_attr,
		[DRAW_BUTTON_ACTIVE] = button_active_attr,
		[DRAW_TAG] = tag_attr,
		[DRAW_ITEM] = item_attr,
		[DRAW_ITEM_ACTIVE] = item_selected_attr,
	};

	(void)wattrset(win, (int)looks[look]);
}

/* In the middle of the upper border. libdialog's own keeps a copy of it. */
static void draw_title(WINDOW *win, const safe_char *title)
{
	size_t length = wrap_fit(title, safe_length(title), getmaxx(win) - 2);

	(void)wattrset(win, title_attr);
	draw_text(win, 0, (getmaxx(win) - wrap_columns(title, length)) / 2, title, length);
}

void draw_box_frame(WINDOW *win, const safe_char *title)
{
	dlg_draw_box2(
		win, 0, 0, getmaxy(win), getmaxx(win), dialog_attr, border_attr, border2_attr);
	dlg_draw_bottom_box2(win, border_attr, border2_attr, dialog_attr);
	draw_title(win, title);
}

void draw_box_arrows(WINDOW *win, bool above, bool below)
{
	dlg_draw_arrows2(win, above, below, ARROWS_X, 0, getmaxy(win) - BOTTOM_ROWS, dialog_attr,
		border_attr);
}
