/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"

#include <time.h>

#include "draw_box.h"
#include "form_choice.h"
#include "form_plain.h"
#include "form_sheet.h"
#include "plain_lines.h"
#include "screen.h"
#include "usec.h"
#include "util.h"
#include "wrap.h"

#define FIELD_COLS 48
#define HASTY_USEC 700000 /* a keyboard begins to repeat a key within less */

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

	draw_box_look(win, DRAW_WORDS);
	if (!sheet_is_wide(sheet, field->label))
		draw_text(win, y, 2, field->label, safe_length(field->label));
	if (field->choices) {
		form_choice_draw(win, field, y, x - 1, columns + 2, form->focus == i, ret_x);
		return;
	}
	draw_text(win, y, x - 1, OURS("["), 1);
	draw_text(win, y, x + columns, OURS("]"), 1);
	draw_box_look(win, form->focus == i ? DRAW_FIELD_ACTIVE : DRAW_FIELD);
	draw_input(win, field, y, x, columns, ret_x);
}

/* A row of words: a refusal stands out by weight and a mark, not by its colour alone. */
static void draw_words(WINDOW *win, const struct form *form, const struct sheet *sheet,
	const struct sheet_row *row, int y)
{
	bool note = row->field != SHEET_NO_FIELD && !row->label;
	int x = 2 + (note ? sheet->note_x : 0);

	draw_box_look(win, note && form->fields[row->field].problem ? DRAW_PROBLEM : DRAW_WORDS);
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
	draw_box_look(win, DRAW_WORDS);
}

/* Everything but the buttons. */
static void draw_frame(WINDOW *win, const struct form *form, const struct sheet *sheet,
	int *ret_cursor_y, int *ret_cursor_x)
{
	draw_box_frame(win, form->title, sheet->top > 0,
		sheet->top + sheet_visible(sheet) < (int)sheet->n_rows);
	draw_sheet(win, form, sheet, ret_cursor_y, ret_cursor_x);
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

/* The cursor stands in the button with the focus: mark that button for who sees no colours. */
static void mark_focus(WINDOW *win)
{
	int y = getcury(win), x = getcurx(win), at = x;

	while (at > 0 && (mvwinch(win, y, at) & A_CHARTEXT) != '<')
		at--;
	if (at > 2 && (mvwinch(win, y, at - 1) & A_CHARTEXT) == ' ' &&
		(mvwinch(win, y, at - 2) & A_CHARTEXT) == ' ') {
		draw_box_look(win, DRAW_WORDS);
		draw_text(win, y, at - 2, OURS(">"), 1);
	}
	wmove(win, y, x);
}

/* The buttons; the one with the focus stands out. */
static void draw_buttons(WINDOW *win, const struct form *form)
{
	bool in_field = form->focus < form->n_fields;
	const safe_char *labels[ARRAY_SIZE(form->buttons)] = { 0 };

	for (size_t i = 0; i < count_buttons(form); i++)
		labels[i] = form->buttons[button_answer(form, i)];
	draw_box_buttons(
		win, labels, in_field ? DRAW_NO_BUTTON : (int)(form->focus - form->n_fields));
	if (!in_field && count_buttons(form) > 1)
		mark_focus(win);
}

/* The box; where only a field was typed into the rest stands already. Each time that libdialog
 * draws buttons it keeps their texts for ever. */
static void draw(WINDOW *win, const struct form *form, const struct sheet *sheet, bool whole)
{
	int y = -1, x = 0;

	if (whole) {
		draw_frame(win, form, sheet, &y, &x);
		draw_buttons(win, form);
	} else {
		draw_sheet(win, form, sheet, &y, &x);
	}
	if (y >= 0)
		wmove(win, y, x);
	curs_set(1);
}

/* Does the focus stand on a field that is not there? */
static bool is_on_absent(const struct form *form)
{
	return form->focus < form->n_fields && form->fields[form->focus].absent;
}

/* Move the focus by one, around the ends. */
static void move_focus(struct form *form, int step)
{
	size_t n = form->n_fields + count_buttons(form);

	do
		form->focus = (form->focus + n + (size_t)step) % n;
	while (is_on_absent(form));
	if (form->focus < form->n_fields && !form->fields[form->focus].choices) {
		struct line *line = &form->fields[form->focus].line;

		line->cursor = line->length;
	}
}

/* Does another hidden field follow the one with the focus? */
static bool is_followed(const struct form *form)
{
	size_t next = form->focus + 1;

	while (next < form->n_fields && form->fields[next].absent)
		next++;
	return next < form->n_fields && form->fields[form->focus].hidden &&
	       form->fields[next].hidden;
}

/* Enter: what the focus says. A password is followed by the same once more. False: not yet an
 * answer. */
static bool enter(struct form *form, enum answer *ret)
{
	if (is_followed(form)) {
		move_focus(form, 1);
		return false;
	}
	*ret = form->focus < form->n_fields ? ANSWER_NEXT
					    : button_answer(form, form->focus - form->n_fields);
	return true;
}

/* Keys that move or scroll. False: none of them. */
static bool navigate(struct form *form, struct sheet *sheet, wint_t key, bool function)
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
			sheet_scroll(sheet, key == KEY_DOWN ? 1 : -1);
		else
			move_focus(form, key == KEY_DOWN ? 1 : -1);
		return true;
	case KEY_NPAGE:
	case KEY_PPAGE:
		sheet_scroll(
			sheet, key == KEY_NPAGE ? sheet_visible(sheet) : -sheet_visible(sheet));
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

/* Does this key press a button, or end a field? */
static bool is_enter(const struct form *form, wint_t key, bool function)
{
	if (function)
		return key == KEY_ENTER;
	return key == '\r' || key == '\n' || (key == ' ' && form->focus >= form->n_fields);
}

/* A key for the field with the focus. */
static void type(struct form *form, wint_t key, bool function)
{
	struct form_field *field = &form->fields[form->focus];

	if (form->focus >= form->n_fields)
		return;
	if (field->choices ? form_choice_key(field, key, function)
			   : line_key(&field->line, key, function))
		form->stale |= form->changed && form->changed(form);
}

/* Take in one key. True: *ret is the answer. */
static bool take_key(
	struct form *form, struct sheet *sheet, wint_t key, bool function, enum answer *ret)
{
	if (is_enter(form, key, function))
		return enter(form, ret);
	if (!function && key == 27) {
		*ret = ANSWER_BACK;
		return true;
	}
	if (function && key == KEY_F(6) && count_buttons(form) > ANSWER_EXTRA) {
		*ret = ANSWER_EXTRA;
		return true;
	}
	if (navigate(form, sheet, key, function))
		return false;
	type(form, key, function);
	return false;
}

/* A window for the box, in the middle. */
static WINDOW *open_window(const struct sheet *sheet)
{
	int top = box_top();

	return newwin(sheet->height, sheet->width, top + (LINES - top - sheet->height) / 2,
		(COLS - sheet->width) / 2);
}

/* Is this an Enter that is held down or was typed ahead? */
static bool is_hasty(struct form *form, wint_t key, bool function)
{
	uint64_t before = form->entered;

	if (!is_enter(form, key, function))
		return false;
	if (!form->weighty_all && (!form->weighty || form->focus > form->n_fields))
		return false;
	form->entered = usec_now(CLOCK_MONOTONIC);
	return form->entered - before < HASTY_USEC;
}

/* Draw the box at its size and read keys until there is an answer (true) or another size. */
static bool run_at_size(struct form *form, struct sheet *sheet, enum answer *ret)
{
	int r;
	bool answered = false, paged = false, whole = true;
	WINDOW *win;

	form->stale = false;
	sheet_lay_out(form, sheet);
	win = open_window(sheet);
	if (!win || keypad(win, TRUE) == ERR) {
		*ret = ANSWER_BACK;
		return true;
	}
	while (!answered) {
		size_t focus = form->focus;
		int top = sheet->top;
		wint_t key = 0;

		/* Paging looks around; the next key in a field brings it back. */
		if (!paged)
			sheet_follow_focus(form, sheet);
		if (whole || focus < form->n_fields || top != sheet->top)
			draw(win, form, sheet, whole || top != sheet->top);
		r = wget_wch(win, &key);
		if (r == KEY_CODE_YES && key == KEY_RESIZE)
			break;
		if (r == ERR)
			*ret = screen_ended() ? ANSWER_BACK : ANSWER_WOKEN;
		paged = r == KEY_CODE_YES && (key == KEY_NPAGE || key == KEY_PPAGE);
		if (is_hasty(form, key, r == KEY_CODE_YES))
			continue;
		answered = r == ERR || take_key(form, sheet, key, r == KEY_CODE_YES, ret);
		whole = form->focus != focus || sheet->top != top;
		if (!answered && form->stale)
			break;
	}
	delwin(win);
	return answered;
}

enum answer form_run(struct form *form)
{
	struct sheet sheet = { 0 };
	enum answer answer;

	if (screen_is_plain())
		return form_plain_run(form);
	/* A box that is shown again, with other words, has not come anew. */
	if (form->entered == 0)
		form->entered = usec_now(CLOCK_MONOTONIC);
	if (is_on_absent(form))
		move_focus(form, 1);
	do {
		if (!box_begin(&answer))
			return answer;
	} while (!run_at_size(form, &sheet, &answer));
	return answer;
}

void form_paint(const safe_char *title, const safe_char *text, const safe_char *hint)
{
	struct form form = { .title = title, .text = text };
	struct sheet sheet = { 0 };
	WINDOW *win;
	int y, x;

	if (screen_is_plain()) {
		plain_say(text);
		return;
	}
	sheet_lay_out(&form, &sheet);
	if (hint) {
		sheet_add_row(&sheet, SHEET_NO_FIELD, false);
		(void)sheet_add_text(&sheet, hint, sheet.width - SHEET_FRAME_COLS, SHEET_NO_FIELD);
		sheet_fit(&sheet);
	}
	win = open_window(&sheet);
	if (!win)
		return;
	draw_frame(win, &form, &sheet, &y, &x);
	curs_set(0);
	wrefresh(win);
	delwin(win);
}
