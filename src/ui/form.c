/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Everything between the frame and the buttons is one sheet of rows: the text, and for each field
 * its row and the rows of its note. Where the sheet is longer than the box it scrolls, so that the
 * field that has the cursor is always to be seen, together with its note.
 */

#define NCURSES_WIDECHAR 1
#include "form.h"

#include <dialog.h>

#include "screen.h"
#include "util.h"
#include "wrap.h"

#define ROWS_MAX    160
#define WIDTH_MAX   78
#define FRAME_ROWS  4 /* two borders, the line above the buttons, the buttons */
#define FRAME_COLS  4
#define FIELD_COLS  48
#define NO_FIELD    SIZE_MAX
#define NONE_CHOSEN 1000 /* dlg_draw_buttons: no button has the focus */

struct row {
	struct wrap_row text;
	size_t field; /* whose field or note this is, or NO_FIELD */
	bool input;   /* the field itself */
};

struct layout {
	struct row rows[ROWS_MAX];
	size_t n_rows;
	int width, height;	/* of the box */
	int label_cols, note_x; /* within the sheet */
	int top;		/* first row of the sheet that is shown */
};

/* Add text as rows of its own. */
static void add_text(struct layout *layout, const char *text, int columns, size_t field)
{
	struct wrap_row wrapped[ROWS_MAX];
	size_t n = wrap_text(text, columns, wrapped, ROWS_MAX - layout->n_rows);

	for (size_t i = 0; i < n; i++)
		layout->rows[layout->n_rows++] = (struct row){ wrapped[i], field, false };
}

/* Add a row, if there is still room for one. */
static void add_row(struct layout *layout, size_t field, bool input)
{
	if (layout->n_rows < ROWS_MAX)
		layout->rows[layout->n_rows++] = (struct row){ .field = field, .input = input };
}

/* The height of the box: that of its sheet, or of the screen. */
static void fit_height(struct layout *layout)
{
	int most = LINES - dialogs_top();

	layout->height = (int)layout->n_rows + FRAME_ROWS;
	if (layout->height > most)
		layout->height = most;
}

/* Lay the sheet out for the size that the screen has now. */
static void lay_out(struct form *form, struct layout *layout)
{
	int sheet;

	layout->width = COLS < WIDTH_MAX ? COLS : WIDTH_MAX;
	sheet = layout->width - FRAME_COLS;
	if (form->write_text)
		form->text = form->write_text(sheet, form->userdata);
	layout->n_rows = 0;
	layout->label_cols = 0;
	for (size_t i = 0; i < form->n_fields; i++) {
		const char *label = form->fields[i].label;
		int columns = wrap_columns(label, strlen(label)) + 3;

		if (columns > layout->label_cols)
			layout->label_cols = columns;
	}
	layout->note_x = sheet >= 60 ? layout->label_cols : 2;
	add_text(layout, form->text, sheet, NO_FIELD);
	if (form->n_fields > 0)
		add_row(layout, NO_FIELD, false);
	for (size_t i = 0; i < form->n_fields; i++) {
		add_row(layout, i, true);
		if (form->fields[i].note)
			add_text(layout, form->fields[i].note, sheet - layout->note_x, i);
	}
	fit_height(layout);
}

/* Rows of the sheet that can be seen at once. */
static int visible(const struct layout *layout)
{
	return layout->height - FRAME_ROWS;
}

/* Scroll by so many rows, within the sheet. */
static void scroll_by(struct layout *layout, int rows)
{
	int last = (int)layout->n_rows - visible(layout);

	layout->top += rows;
	if (layout->top > last)
		layout->top = last;
	if (layout->top < 0)
		layout->top = 0;
}

/* Scroll as little as shows the field with the cursor and its note; to the end where that still
 * shows the field: what was refused may stand there. */
static void scroll_to_focus(const struct form *form, struct layout *layout)
{
	int first = -1, last = -1;

	scroll_by(layout, 0);
	for (size_t i = 0; i < layout->n_rows && form->focus < form->n_fields; i++) {
		if (layout->rows[i].field != form->focus)
			continue;
		if (first < 0)
			first = (int)i;
		last = (int)i;
	}
	if (first < 0)
		return;
	if ((int)layout->n_rows - first <= visible(layout))
		last = (int)layout->n_rows - 1;
	if (last >= layout->top + visible(layout))
		layout->top = last - visible(layout) + 1;
	if (first < layout->top)
		layout->top = first;
}

/* The text of a field as far as it fits around its cursor; the column of the cursor in ret_x. */
static void draw_input(
	WINDOW *win, const struct form_field *field, int y, int x, int columns, int *ret_x)
{
	const struct line *line = &field->line;
	size_t skip = 0;
	int used = 0;

	mvwhline(win, y, x, ' ', columns);
	if (field->hidden) {
		int stars = (int)line_characters(line, line->length);
		int before = (int)line_characters(line, line->cursor);
		int hidden = before >= columns ? before - columns + 1 : 0;

		for (int i = hidden; i < stars && used < columns; i++, used++)
			mvwaddch(win, y, x + used, '*');
		*ret_x = x + before - hidden;
		return;
	}
	used = wrap_columns(line->bytes, line->cursor) - columns + 1;
	if (used > 0)
		skip = wrap_skip(line->bytes, line->cursor, used);
	mvwaddnstr(win, y, x, line->bytes + skip,
		(int)wrap_fit(line->bytes + skip, line->length - skip, columns));
	*ret_x = x + wrap_columns(line->bytes + skip, line->cursor - skip);
}

/* One field with its label. */
static void draw_field(WINDOW *win, const struct form *form, const struct layout *layout, size_t i,
	int y, int *ret_x)
{
	int room = layout->width - FRAME_COLS - layout->label_cols - 1;
	int columns = room < FIELD_COLS ? room : FIELD_COLS, x = 2 + layout->label_cols;
	const struct form_field *field = &form->fields[i];

	wattrset(win, dialog_attr);
	mvwaddstr(win, y, 2, field->label);
	mvwaddch(win, y, x - 1, '[');
	mvwaddch(win, y, x + columns, ']');
	wattrset(win, form->focus == i ? form_active_text_attr : form_text_attr);
	draw_input(win, field, y, x, columns, ret_x);
}

/* The rows of the sheet that can be seen; where the cursor stands, if in one of them. */
static void draw_sheet(WINDOW *win, const struct form *form, const struct layout *layout,
	int *ret_cursor_y, int *ret_cursor_x)
{
	for (int y = 1; y <= visible(layout); y++) {
		size_t at = (size_t)(layout->top + y - 1);
		const struct row *row;
		int x = 0;

		if (at >= layout->n_rows)
			break;
		row = &layout->rows[at];
		if (row->input) {
			draw_field(win, form, layout, row->field, y, &x);
			if (row->field == form->focus) {
				*ret_cursor_y = y;
				*ret_cursor_x = x;
			}
			continue;
		}
		wattrset(win, row->field == NO_FIELD ? dialog_attr : itemhelp_attr);
		if (row->text.length > 0)
			mvwaddnstr(win, y, 2 + (row->field == NO_FIELD ? 0 : layout->note_x),
				row->text.text, (int)row->text.length);
	}
}

/* Everything but the buttons. */
static void draw_frame(WINDOW *win, const struct form *form, const struct layout *layout,
	int *ret_cursor_y, int *ret_cursor_x)
{
	int h = layout->height;

	dlg_draw_box2(win, 0, 0, h, layout->width, dialog_attr, border_attr, border2_attr);
	dlg_draw_bottom_box2(win, border_attr, border2_attr, dialog_attr);
	dlg_draw_title(win, form->title);
	dlg_draw_arrows2(win, layout->top > 0, layout->top + visible(layout) < (int)layout->n_rows,
		2, 0, h - 3, dialog_attr, border_attr);
	draw_sheet(win, form, layout, ret_cursor_y, ret_cursor_x);
}

/* How many buttons there are. */
static size_t count_buttons(const struct form *form)
{
	size_t n = 0;

	while (form->buttons[n])
		n++;
	return n;
}

/* What a button answers: the way back stands last, as in libdialog's own boxes. */
static enum answer button_answer(const struct form *form, size_t button)
{
	static const enum answer three[] = { ANSWER_NEXT, ANSWER_EXTRA, ANSWER_BACK };

	return count_buttons(form) == ARRAY_SIZE(three) ? three[button] : (enum answer)button;
}

/* The buttons; the one with the focus stands out. */
static void draw_buttons(WINDOW *win, const struct form *form, const struct layout *layout)
{
	bool in_field = form->focus < form->n_fields;
	const char *labels[ARRAY_SIZE(form->buttons)] = { 0 };

	for (size_t i = 0; i < count_buttons(form); i++)
		labels[i] = form->buttons[button_answer(form, i)];
	dlg_draw_buttons(win, layout->height - 2, 0, labels,
		in_field ? NONE_CHOSEN : (int)(form->focus - form->n_fields), FALSE, layout->width);
}

/* The whole box. */
static void draw(WINDOW *win, const struct form *form, const struct layout *layout)
{
	int y = -1, x = 0;

	draw_frame(win, form, layout, &y, &x);
	draw_buttons(win, form, layout);
	if (y >= 0)
		wmove(win, y, x);
	curs_set(1);
}

/* Move the focus by one, around the ends. */
static void move_focus(struct form *form, int step)
{
	size_t n = form->n_fields + count_buttons(form);

	form->focus = (form->focus + n + (size_t)step) % n;
	if (form->focus < form->n_fields) {
		struct line *line = &form->fields[form->focus].line;

		line->cursor = line->length;
	}
}

/* Enter: what the focus says. A password is followed by the same once more. False: not yet an
 * answer. */
static bool enter(struct form *form, enum answer *ret)
{
	if (form->focus + 1 < form->n_fields && form->fields[form->focus].hidden) {
		move_focus(form, 1);
		return false;
	}
	*ret = form->focus < form->n_fields ? ANSWER_NEXT
					    : button_answer(form, form->focus - form->n_fields);
	return true;
}

/* Keys that move or scroll. False: none of them. */
static bool navigate(struct form *form, struct layout *layout, wint_t key, bool function)
{
	bool on_button = form->focus >= form->n_fields, still = form->n_fields == 0;

	if (!function)
		key = key == '\t' ? KEY_STAB : 0;
	switch (key) {
	case KEY_STAB:
		move_focus(form, 1);
		return true;
	case KEY_BTAB:
		move_focus(form, -1);
		return true;
	case KEY_DOWN:
	case KEY_UP:
		if (still)
			scroll_by(layout, key == KEY_DOWN ? 1 : -1);
		else
			move_focus(form, key == KEY_DOWN ? 1 : -1);
		return true;
	case KEY_NPAGE:
	case KEY_PPAGE:
		scroll_by(layout, key == KEY_NPAGE ? visible(layout) : -visible(layout));
		return true;
	case KEY_LEFT:
	case KEY_RIGHT:
		if (on_button)
			move_focus(form, key == KEY_RIGHT ? 1 : -1);
		return on_button;
	default:
		return false;
	}
}

/* Take in one key. True: *ret is the answer. */
static bool take_key(
	struct form *form, struct layout *layout, wint_t key, bool function, enum answer *ret)
{
	if (function ? key == KEY_ENTER : key == '\r' || key == '\n')
		return enter(form, ret);
	if (!function && key == 27) {
		*ret = ANSWER_BACK;
		return true;
	}
	if (function && key == KEY_F(6) && count_buttons(form) > ANSWER_EXTRA) {
		*ret = ANSWER_EXTRA;
		return true;
	}
	if (navigate(form, layout, key, function))
		return false;
	if (form->focus < form->n_fields)
		(void)line_key(&form->fields[form->focus].line, key, function);
	return false;
}

/* A window for the box, in the middle. */
static WINDOW *open_window(const struct layout *layout)
{
	int top = dialogs_top();

	return newwin(layout->height, layout->width, top + (LINES - top - layout->height) / 2,
		(COLS - layout->width) / 2);
}

/* Draw the box at its size and read keys until there is an answer (true) or another size. */
static bool run_at_size(struct form *form, struct layout *layout, enum answer *ret)
{
	int r;
	bool answered = false, paged = false;
	WINDOW *win;

	lay_out(form, layout);
	win = open_window(layout);
	if (!win || keypad(win, TRUE) == ERR) {
		*ret = ANSWER_BACK;
		return true;
	}
	while (!answered) {
		wint_t key = 0;

		/* Paging looks around; the next key in a field brings it back. */
		if (!paged)
			scroll_to_focus(form, layout);
		draw(win, form, layout);
		r = wget_wch(win, &key);
		if (r == KEY_CODE_YES && key == KEY_RESIZE)
			break;
		if (r == ERR)
			*ret = screen_ended() ? ANSWER_BACK : ANSWER_WOKEN;
		paged = r == KEY_CODE_YES && (key == KEY_NPAGE || key == KEY_PPAGE);
		answered = r == ERR || take_key(form, layout, key, r == KEY_CODE_YES, ret);
	}
	delwin(win);
	return answered;
}

enum answer form_run(struct form *form)
{
	struct layout layout = { 0 };
	enum answer answer;

	do {
		if (!dialogs_begin(&answer))
			return answer;
	} while (!run_at_size(form, &layout, &answer));
	return answer;
}

void form_paint(const char *title, const char *text, const char *hint)
{
	struct form form = { .title = title, .text = text };
	struct layout layout = { 0 };
	WINDOW *win;
	int y, x;

	lay_out(&form, &layout);
	if (hint) {
		add_row(&layout, NO_FIELD, false);
		add_text(&layout, hint, layout.width - FRAME_COLS, NO_FIELD);
		fit_height(&layout);
	}
	win = open_window(&layout);
	if (!win)
		return;
	draw_frame(win, &form, &layout, &y, &x);
	curs_set(0);
	wrefresh(win);
	delwin(win);
}
