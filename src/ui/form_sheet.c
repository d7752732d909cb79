/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form_sheet.h"

#include <string.h>

#include "box.h"
#include "draw_box.h"

#define WIDTH_MAX  78
#define LABEL_GAP  3
#define NOTE_INNER 60 /* where the sheet is narrower, notes begin at its edge */

void sheet_begin(struct sheet *sheet)
{
	sheet->width = COLS < WIDTH_MAX ? COLS : WIDTH_MAX;
	sheet->n_rows = 0;
}

WINDOW *sheet_open_window(const struct sheet *sheet)
{
	int top = box_top();
	WINDOW *win = newwin(sheet->height, sheet->width, top + (LINES - top - sheet->height) / 2,
		(COLS - sheet->width) / 2);

	if (win && keypad(win, TRUE) == ERR) {
		delwin(win);
		return NULL;
	}
	return win;
}

void sheet_draw_frame(WINDOW *win, const struct sheet *sheet, const safe_char *title)
{
	draw_box_frame(
		win, title, sheet->top > 0, sheet->top + sheet_visible(sheet) < (int)sheet->n_rows);
}

struct sheet_row *sheet_add_text(
	struct sheet *sheet, const safe_char *text, int columns, size_t field)
{
	struct sheet_row *first = &sheet->rows[sheet->n_rows];
	struct wrap_row wrapped[SHEET_ROWS_MAX];
	size_t n = wrap_text(text, columns, wrapped, SHEET_ROWS_MAX - sheet->n_rows);

	for (size_t i = 0; i < n; i++)
		sheet->rows[sheet->n_rows++] =
			(struct sheet_row){ .text = wrapped[i], .field = field };
	return n > 0 ? first : NULL;
}

void sheet_add_row(struct sheet *sheet, size_t field, bool input)
{
	if (sheet->n_rows < SHEET_ROWS_MAX)
		sheet->rows[sheet->n_rows++] = (struct sheet_row){ .field = field, .input = input };
}

void sheet_fit(struct sheet *sheet)
{
	int most = LINES - box_top();

	sheet->height = (int)sheet->n_rows + SHEET_FRAME_ROWS;
	if (sheet->height > most)
		sheet->height = most;
}

bool sheet_is_wide(const struct sheet *sheet, const safe_char *label)
{
	int columns = wrap_columns(label, safe_length(label)) + LABEL_GAP;

	return columns > (sheet->width - SHEET_FRAME_COLS) / 2;
}

/* The columns that the longest label beside a field takes, with the bracket behind it. */
static int label_columns(const struct form *form, const struct sheet *sheet)
{
	int widest = LABEL_GAP;

	for (size_t i = 0; i < form->n_fields; i++) {
		const safe_char *label = form->fields[i].label;
		int columns = wrap_columns(label, safe_length(label)) + LABEL_GAP;

		if (columns > widest && !form->fields[i].absent && !sheet_is_wide(sheet, label))
			widest = columns;
	}
	return widest;
}

/* Rows for a label that is too wide to stand beside its field. */
static void add_label(struct sheet *sheet, const safe_char *label, size_t i)
{
	size_t first = sheet->n_rows;

	(void)sheet_add_text(sheet, label, sheet->width - SHEET_FRAME_COLS, i);
	for (; first < sheet->n_rows; first++)
		sheet->rows[first].label = true;
}

/* The rows of a field: itself, and why it was refused or what it is for. */
static void add_field(const struct form *form, struct sheet *sheet, size_t i)
{
	const struct form_field *field = &form->fields[i];
	int columns = sheet->width - SHEET_FRAME_COLS - sheet->note_x;

	if (sheet_is_wide(sheet, field->label))
		add_label(sheet, field->label, i);
	sheet_add_row(sheet, i, true);
	if (field->problem) {
		struct sheet_row *first = sheet_add_text(sheet, field->problem, columns, i);

		if (first)
			first->first = true;
	} else if (field->hint && (!sheet->sparse || form->focus == i)) {
		(void)sheet_add_text(sheet, field->hint, columns, i);
	}
}

/* All rows. */
static void fill(const struct form *form, struct sheet *sheet)
{
	sheet->n_rows = 0;
	(void)sheet_add_text(sheet, form->text, sheet->width - SHEET_FRAME_COLS, SHEET_NO_FIELD);
	if (form->n_fields > 0)
		sheet_add_row(sheet, SHEET_NO_FIELD, false);
	for (size_t i = 0; i < form->n_fields; i++)
		if (!form->fields[i].absent)
			add_field(form, sheet, i);
}

void sheet_lay_out(struct form *form, struct sheet *sheet)
{
	int inner;

	sheet_begin(sheet);
	inner = sheet->width - SHEET_FRAME_COLS;
	if (form->write_text)
		form->text = form->write_text(inner, form->userdata);
	sheet->label_cols = label_columns(form, sheet);
	sheet->note_x = inner >= NOTE_INNER ? sheet->label_cols : 2;
	sheet->sparse = false;
	fill(form, sheet);
	sheet_fit(sheet);
	sheet->sparse = form->n_fields > 0 && (int)sheet->n_rows > sheet_visible(sheet);
}

int sheet_visible(const struct sheet *sheet)
{
	return sheet->height - SHEET_FRAME_ROWS;
}

void sheet_scroll(struct sheet *sheet, int rows)
{
	int last = (int)sheet->n_rows - sheet_visible(sheet);

	sheet->top += rows;
	if (sheet->top > last)
		sheet->top = last;
	if (sheet->top < 0)
		sheet->top = 0;
}

void sheet_show(struct sheet *sheet, int first, int last)
{
	sheet_scroll(sheet, 0);
	if (last >= sheet->top + sheet_visible(sheet))
		sheet->top = last - sheet_visible(sheet) + 1;
	if (first < sheet->top)
		sheet->top = first;
}

/* The first and the last row of the field with the focus; -1 for none. */
static void find_focus(
	const struct form *form, const struct sheet *sheet, int *ret_first, int *ret_last)
{
	*ret_first = *ret_last = -1;
	for (size_t i = 0; i < sheet->n_rows && form->focus < form->n_fields; i++) {
		if (sheet->rows[i].field != form->focus)
			continue;
		if (*ret_first < 0)
			*ret_first = (int)i;
		*ret_last = (int)i;
	}
}

void sheet_follow_focus(const struct form *form, struct sheet *sheet)
{
	int first, last;

	if (sheet->sparse)
		fill(form, sheet);
	sheet_scroll(sheet, 0);
	find_focus(form, sheet, &first, &last);
	if (first < 0)
		return;
	if ((int)sheet->n_rows - first <= sheet_visible(sheet))
		last = (int)sheet->n_rows - 1;
	sheet_show(sheet, first, last);
}
