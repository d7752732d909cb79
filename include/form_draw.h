/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a form (form.h) looks like in its window. */

#include "form_sheet.h"

struct _win_st; /* curses' WINDOW */

/* How many buttons there are. */
size_t form_count_buttons(const struct form *form);

/* What a button answers: the way back stands last, as in libdialog's own boxes. */
enum answer form_button_answer(const struct form *form, size_t button);

/* Draw the box, and leave the cursor where the focus is. Where only a field was typed into (not
 * whole) the rest stands already: each time that libdialog draws buttons it keeps their texts for
 * ever. */
void form_draw(struct _win_st *win, const struct form *form, const struct sheet *sheet, bool whole);

/* Everything but the buttons; where the cursor belongs, if one of the fields that are seen has the
 * focus. */
void form_draw_frame(struct _win_st *win, const struct form *form, const struct sheet *sheet,
	int *ret_cursor_y, int *ret_cursor_x);
