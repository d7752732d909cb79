/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What every box on the screen stands on: the screen cleared, the product's name above. */

#include <stdbool.h>

#include "safe_text.h"

enum answer {
	ANSWER_NEXT,  /* OK, Yes, Next, Enter */
	ANSWER_BACK,  /* Back, No, Esc */
	ANSWER_EXTRA, /* the third button */
	ANSWER_WOKEN, /* screen_wake(): show it again */
};

/* A name for the top of every screen where there is room: the product. Copied. */
void box_product(const safe_char *name);

/* Have the screen large enough and cleared. False: nothing can be shown, *ret is what the dialog
 * shall answer. */
bool box_begin(enum answer *ret);

/* Rows at the top that are taken. */
int box_top(void);
