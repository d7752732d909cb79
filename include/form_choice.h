/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A field of a form that is one of several choices: side by side where there is room for that, else
 * the chosen one and how many there are. */

#include "form.h"

struct _win_st; /* curses' WINDOW */

/* Draw it into so many cells from y, x on; where the cursor stands in *ret_x. active: it has the
 * focus. */
void form_choice_draw(struct _win_st *win, const struct form_field *field, int y, int x,
	int columns, bool active, int *ret_x);

/* Take in a key. False: it is not for a choice. */
bool form_choice_key(struct form_field *field, wint_t key, bool is_function);
