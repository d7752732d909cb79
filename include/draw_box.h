/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What every box has: its frame, its looks. As draw.h, it takes what is safe alone. */

#include <stdbool.h>

#include "safe_text.h"
#include "theme.h"

struct _win_st; /* curses' WINDOW */

/* What is drawn in win from now on looks so. */
void draw_box_look(struct _win_st *win, enum theme_role role);

/* The frame of a box as large as win, without anything in it; marks in it tell whether its text
 * goes on above or below. */
void draw_box_frame(struct _win_st *win, const safe_char *title, bool above, bool below);
