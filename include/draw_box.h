/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What libdialog draws of a box of ours (form.h), in the colours of its theme. As draw.h, it takes
 * what is safe alone. */

#include <stdbool.h>

#include "safe_text.h"

struct _win_st; /* curses' WINDOW */

#define DRAW_BUTTONS_MAX 8
#define DRAW_NO_BUTTON	 1000 /* none has the focus */

enum draw_look {
	DRAW_WORDS,
	DRAW_PROBLEM, /* words that stand out */
	DRAW_FIELD,
	DRAW_FIELD_ACTIVE,
};

/* What is drawn in win from now on looks so. */
void draw_box_look(struct _win_st *win, enum draw_look look);

/* The frame of a box as large as win, without anything in it. */
void draw_box_frame(struct _win_st *win, const safe_char *title);

/* Whether its text goes on above or below. libdialog sends all that has been drawn to the terminal
 * here and with the buttons: not before the text is there, or it sends a blank box first. */
void draw_box_arrows(struct _win_st *win, bool above, bool below);

/* The buttons at the bottom, up to the NULL in labels; chosen has the focus. */
void draw_box_buttons(struct _win_st *win, const safe_char *const *labels, int chosen);

/* The button in which the cursor stands, counted from the left, or DRAW_NO_BUTTON. */
int draw_box_focus(struct _win_st *win);
