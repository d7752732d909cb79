/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What a form's box shows between its frame and its buttons: one sheet of rows, made of the text,
 * and for each field its row and the rows of its note. Where the sheet is longer than the box it
 * scrolls.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "form.h"
#include "safe_text.h"
#include "wrap.h"

#define SHEET_ROWS_MAX	 160
#define SHEET_FRAME_ROWS 4 /* two borders, the line above the buttons, the buttons */
#define SHEET_FRAME_COLS 4
#define SHEET_NO_FIELD	 SIZE_MAX

struct _win_st; /* curses' WINDOW */

struct sheet_row {
	struct wrap_row text;
	size_t field; /* whose field or note this is, or which item; or SHEET_NO_FIELD */
	bool input;   /* the field or item itself */
	bool first;   /* the first row of a problem, which has a mark */
	bool label;   /* words that are too wide to stand beside the field */
};

struct sheet {
	struct sheet_row rows[SHEET_ROWS_MAX];
	size_t n_rows;
	int width, height;	/* of the box */
	int label_cols, note_x; /* within the sheet */
	int top;		/* first row that is shown */
	bool sparse; /* too long for the box: only the field with the cursor has its hint */
};

/* Begin one without rows, as wide as a box may be on this screen. */
void sheet_begin(struct sheet *sheet);

/* A window for the box, in the middle, that takes keys with names. NULL: there is no memory. */
struct _win_st *sheet_open_window(const struct sheet *sheet);

/* Draw the frame of its box, without anything in it, and whether its text goes on above or below.
 */
void sheet_draw_frame(struct _win_st *win, const struct sheet *sheet, const safe_char *title);

/* Lay the form out for the size that the screen has now. */
void sheet_lay_out(struct form *form, struct sheet *sheet);

/* Add text as rows of its own; returns the first of them, NULL where there is none. */
struct sheet_row *sheet_add_text(
	struct sheet *sheet, const safe_char *text, int columns, size_t field);

/* Is a field's label too wide to stand beside it? It has rows of its own then. */
bool sheet_is_wide(const struct sheet *sheet, const safe_char *label);

/* Add a row without text, if there is still room for one. */
void sheet_add_row(struct sheet *sheet, size_t field, bool input);

/* The height of the box: that of its sheet, or of the screen. */
void sheet_fit(struct sheet *sheet);

/* Rows that can be seen at once. */
int sheet_visible(const struct sheet *sheet);

/* Scroll by so many rows, within the sheet. */
void sheet_scroll(struct sheet *sheet, int rows);

/* Scroll as little as shows the rows from first to last, and first in any case. */
void sheet_show(struct sheet *sheet, int first, int last);

/* Take in that the focus may have moved: scroll as little as shows the field with the cursor and
 * its note; to the end where that still shows the field: what was refused may stand there. */
void sheet_follow_focus(const struct form *form, struct sheet *sheet);
