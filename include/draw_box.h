/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What libdialog draws of a box of ours (form.h), in the colours of its theme. As draw.h, it takes
 * what is safe alone. */

#include <stdbool.h>

#include "safe_text.h"

struct _win_st; /* curses' WINDOW */

enum draw_look {
	DRAW_WORDS,
	DRAW_PROBLEM, /* words that stand out */
	DRAW_FIELD,
	DRAW_FIELD_ACTIVE,
	DRAW_BUTTON,
	DRAW_BUTTON_ACTIVE,
	DRAW_TAG, /* the key that leads to an item of a list */
	DRAW_ITEM,
	DRAW_ITEM_ACTIVE,
};

/* What is drawn in win from now on looks so. */
void draw_box_look(struct _win_st *win, enum draw_look look);

/* The frame of a box as large as win, without anything in it. */
void draw_box_frame(struct _win_st *win, const safe_char *title);

/* Whether its text goes on above or below. libdialog sends all that has been drawn to the terminal
 * here: not before text and buttons are there, or it sends a blank box first. The cursor stays. */
void draw_box_arrows(struct _win_st *win, bool above, bool below);
