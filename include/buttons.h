/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The buttons at the bottom of a box. Labels stand in the order of enum answer, with a NULL behind
 * the last one; on the screen the way back stands last. */

#include <stddef.h>

#include "box.h"
#include "safe_text.h"

struct _win_st; /* curses' WINDOW */

#define BUTTONS_MAX 3

/* How many there are. */
size_t buttons_count(const safe_char *const *labels);

/* What the one at this place, counted from the left, answers. */
enum answer buttons_answer(const safe_char *const *labels, size_t place);

/* Draw them in the last row within win's frame. The one at the place focus, if there is one, stands
 * out, has the cursor, and, where there are others, a mark for who sees no colours. */
void buttons_draw(struct _win_st *win, const safe_char *const *labels, size_t focus);
