/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A box with text, a list and buttons. */

#include <stdbool.h>
#include <stddef.h>

#include "box.h"
#include "safe_text.h"

#define LIST_MAX 64 /* more items are not shown */

/* Columns of the screen that an item's tag and text have not: before them, between and behind. */
#define LIST_ITEM_X	 4
#define LIST_GAP_COLS	 2
#define LIST_AROUND_COLS (LIST_ITEM_X + LIST_GAP_COLS + 2)

struct choice {
	const safe_char *tag; /* the key to press */
	const safe_char *text;
};

struct list {
	const safe_char *title, *text;
	const struct choice *choices;
	size_t n;
	bool *ticked;		 /* what Space ticks and unticks; NULL: one is to be chosen */
	const safe_char *next;	 /* the first button */
	const safe_char *extra;	 /* a third button; NULL: none */
	size_t selected, button; /* where the cursor starts and ends, counted from 0 */
};

/* Show it until a button is pressed. Up, Down, Home, End and the page keys go through the items, a
 * letter or digit goes to the next one whose tag begins so. Tab, Left and Right go through the
 * buttons; Enter presses the one with the focus, Esc is ANSWER_BACK, F6 is ANSWER_EXTRA.
 * ANSWER_WOKEN leaves everything as it is. */
enum answer list_run(struct list *list);
