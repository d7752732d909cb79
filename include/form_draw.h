/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a form (form.h) looks like in its window. */

#include "form_sheet.h"

struct _win_st; /* curses' WINDOW */

/* Draw the box, and leave the cursor where the focus is. Where only a field was typed into (not
 * whole) the rest stands already. */
void form_draw(struct _win_st *win, const struct form *form, const struct sheet *sheet, bool whole);

/* The same, but for the cursor: it is in the button that has the focus, if one has; where it
 * belongs, if a field that is seen has the focus. */
void form_draw_frame(struct _win_st *win, const struct form *form, const struct sheet *sheet,
	int *ret_cursor_y, int *ret_cursor_x);
