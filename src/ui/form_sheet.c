/* SPDX-License-Identifier: LGPL-2.1-or-later */

#define NCURSES_WIDECHAR 1
#include "form_sheet.h"

#include <curses.h>
#include <string.h>

#define WIDTH_MAX  78
#define NOTE_INNER 60 /* where the sheet is narrower, notes begin at its edge */

void sheet_add_text(struct sheet *sheet, const char *text, int columns, size_t field)
{
	struct wrap_row wrapped[SHEET_ROWS_MAX];
	size_t n = wrap_text(text, columns, wrapped, SHEET_ROWS_MAX - sheet->n_rows);

	for (size_t i = 0; i < n; i++)
		sheet->rows[sheet->n_rows++] = (struct sheet_row){ wrapped[i], field, false };
}

void sheet_add_row(struct sheet *sheet, size_t field, bool input)
{
	if (sheet->n_rows < SHEET_ROWS_MAX)
		sheet->rows[sheet->n_rows++] = (struct sheet_row){ .field = field, .input = input };
}

void sheet_fit(struct sheet *sheet)
{
	int most = LINES - dialogs_top();

	sheet->height = (int)sheet->n_rows + SHEET_FRAME_ROWS;
	if (sheet->height > most)
		sheet->height = most;
}

void sheet_lay_out(struct form *form, struct sheet *sheet)
{
	int inner;

	sheet->width = COLS < WIDTH_MAX ? COLS : WIDTH_MAX;
	inner = sheet->width - SHEET_FRAME_COLS;
	if (form->write_text)
		form->text = form->write_text(inner, form->userdata);
	sheet->n_rows = 0;
	sheet->label_cols = 0;
	for (size_t i = 0; i < form->n_fields; i++) {
		const char *label = form->fields[i].label;
		int columns = wrap_columns(label, strlen(label)) + 3;

		if (columns > sheet->label_cols)
			sheet->label_cols = columns;
	}
	sheet->note_x = inner >= NOTE_INNER ? sheet->label_cols : 2;
	sheet_add_text(sheet, form->text, inner, SHEET_NO_FIELD);
	if (form->n_fields > 0)
		sheet_add_row(sheet, SHEET_NO_FIELD, false);
	for (size_t i = 0; i < form->n_fields; i++) {
		sheet_add_row(sheet, i, true);
		if (form->fields[i].note)
			sheet_add_text(sheet, form->fields[i].note, inner - sheet->note_x, i);
	}
	sheet_fit(sheet);
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

void sheet_scroll_to_focus(const struct form *form, struct sheet *sheet)
{
	int first = -1, last = -1;

	sheet_scroll(sheet, 0);
	for (size_t i = 0; i < sheet->n_rows && form->focus < form->n_fields; i++) {
		if (sheet->rows[i].field != form->focus)
			continue;
		if (first < 0)
			first = (int)i;
		last = (int)i;
	}
	if (first < 0)
		return;
	if ((int)sheet->n_rows - first <= sheet_visible(sheet))
		last = (int)sheet->n_rows - 1;
	if (last >= sheet->top + sheet_visible(sheet))
		sheet->top = last - sheet_visible(sheet) + 1;
	if (first < sheet->top)
		sheet->top = first;
}
