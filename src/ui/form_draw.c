/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form_draw.h"

#include "buttons.h"
#include "draw_box.h"
#include "form_choice.h"
#include "util.h"
#include "wrap.h"

#define FIELD_COLS 48

/* What was typed, or stood in the field before: so many bytes of it, made safe one by one. */
static void draw_typed(WINDOW *win, int y, int x, const char *bytes, size_t length)
{
	char part[SAFE_TEXT_MAX];
	struct safe_str shown;

	(void)snprintf(part, sizeof(part), "%.*s", (int)length, bytes);
	shown = safe_text(part, 0);
	explicit_bzero(part, sizeof(part));
	draw_text(win, y, x, shown.text, safe_length(shown.text));
}

/* The text of a field as far as it fits around its cursor; the column of the cursor in ret_x. */
static void draw_input(
	WINDOW *win, const struct form_field *field, int y, int x, int columns, int *ret_x)
{
	const struct line *line = &field->line;
	const void *bytes = line->bytes;
	const safe_char *typed = bytes; /* to be measured */
	size_t skip = 0;
	int used = 0;

	draw_blanks(win, y, x, columns);
	if (field->hidden) {
		int stars = (int)line_characters(line, line->length);
		int before = (int)line_characters(line, line->cursor);
		int hidden = before >= columns ? before - columns + 1 : 0;

		for (int i = hidden; i < stars && used < columns; i++, used++)
			draw_text(win, y, x + used, OURS("*"), 1);
		*ret_x = x + before - hidden;
		return;
	}
	used = wrap_columns(typed, line->cursor) - columns + 1;
	if (used > 0)
		skip = wrap_skip(typed, line->cursor, used);
	draw_typed(win, y, x, line->bytes + skip,
		wrap_fit(typed + skip, line->length - skip, columns));
	*ret_x = x + wrap_columns(typed + skip, line->cursor - skip);
}

/* One field with its label. */
static void draw_field(WINDOW *win, const struct form *form, const struct sheet *sheet, size_t i,
	int y, int *ret_x)
{
	int room = sheet->width - SHEET_FRAME_COLS - sheet->label_cols - 1;
	int columns = room < FIELD_COLS ? room : FIELD_COLS, x = 2 + sheet->label_cols;
	const struct form_field *field = &form->fields[i];

	draw_box_look(win, THEME_TEXT);
	if (!sheet_is_wide(sheet, field->label))
		draw_text(win, y, 2, field->label, safe_length(field->label));
	if (field->choices) {
		form_choice_draw(win, field, y, x - 1, columns + 2, form->focus == i, ret_x);
		return;
	}
	draw_text(win, y, x - 1, OURS("["), 1);
	draw_text(win, y, x + columns, OURS("]"), 1);
	draw_box_look(win, form->focus == i ? THEME_ACTIVE_FIELD : THEME_FIELD);
	draw_input(win, field, y, x, columns, ret_x);
}

/* A row of words: a refusal stands out by weight and a mark, not by its colour alone. */
static void draw_words(WINDOW *win, const struct form *form, const struct sheet *sheet,
	const struct sheet_row *row, int y)
{
	bool note = row->field != SHEET_NO_FIELD && !row->label;
	int x = 2 + (note ? sheet->note_x : 0);

	draw_box_look(win, note && form->fields[row->field].problem ? THEME_HINT : THEME_TEXT);
	if (row->first)
		draw_text(win, y, x - 2, OURS("!"), 1);
	if (row->text.length > 0)
		draw_text(win, y, x, row->text.text, row->text.length);
}

/* The rows of the sheet that can be seen; where the cursor stands, if in one of them. */
static void draw_sheet(WINDOW *win, const struct form *form, const struct sheet *sheet,
	int *ret_cursor_y, int *ret_cursor_x)
{
	for (int y = 1; y <= sheet_visible(sheet); y++) {
		size_t at = (size_t)(sheet->top + y - 1);
		const struct sheet_row *row;
		int x = 0;

		if (at >= sheet->n_rows)
			break;
		row = &sheet->rows[at];
		if (row->input) {
			draw_field(win, form, sheet, row->field, y, &x);
			if (row->field == form->focus) {
				*ret_cursor_y = y;
				*ret_cursor_x = x;
			}
			continue;
		}
		draw_words(win, form, sheet, row, y);
	}
	draw_box_look(win, THEME_TEXT);
}

void form_draw_frame(WINDOW *win, const struct form *form, const struct sheet *sheet,
	int *ret_cursor_y, int *ret_cursor_x)
{
	sheet_draw_frame(win, sheet, form->title);
	draw_sheet(win, form, sheet, ret_cursor_y, ret_cursor_x);
	buttons_draw(win, form->buttons, form->focus - form->n_fields);
}

void form_draw(WINDOW *win, const struct form *form, const struct sheet *sheet, bool whole)
{
	int y = -1, x = 0;

	if (whole)
		form_draw_frame(win, form, sheet, &y, &x);
	else
		draw_sheet(win, form, sheet, &y, &x);
	if (y >= 0)
		wmove(win, y, x);
	curs_set(1);
}
