/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"

#include <time.h>

#include "buttons.h"
#include "form_choice.h"
#include "form_draw.h"
#include "form_plain.h"
#include "form_sheet.h"
#include "i18n.h"
#include "outlet.h"
#include "plain_lines.h"
#include "screen.h"
#include "usec.h"
#include "util.h"

#define HASTY_USEC 700000 /* a keyboard begins to repeat a key within less */

/* Does the focus stand on a field that is not there? */
static bool is_on_absent(const struct form *form)
{
	return form->focus < form->n_fields && form->fields[form->focus].absent;
}

/* Move the focus by one, around the ends. */
static void move_focus(struct form *form, int step)
{
	size_t n = form->n_fields + buttons_count(form->buttons);

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

/* Was more typed into a field than it takes? Then this says so, and leads there: nobody sees that
 * the end of a password is missing. */
static bool refuse_cut_off(struct form *form)
{
	static safe_char text[160];

	for (size_t i = 0; i < form->n_fields; i++) {
		struct form_field *field = &form->fields[i];

		if (field->problem == text)
			field->problem = NULL;
		if (field->absent || field->choices || !field->line.full)
			continue;
		(void)safe_format(text, sizeof(text),
			_("This is too long: at most %zu characters are taken."),
			field->line.size - 1);
		field->problem = text;
		form->focus = i;
		form->stale = true;
		return true;
	}
	return false;
}

/* Enter: what the focus says. A password is followed by the same once more. False: not yet an
 * answer. */
static bool enter(struct form *form, enum answer *ret)
{
	if (is_followed(form)) {
		move_focus(form, 1);
		return false;
	}
	*ret = form->focus < form->n_fields
		       ? ANSWER_NEXT
		       : buttons_answer(form->buttons, form->focus - form->n_fields);
	return *ret != ANSWER_NEXT || !refuse_cut_off(form);
}

/* Scroll by a row; false where there is no more. */
static bool read_on(struct sheet *sheet, int step)
{
	int top = sheet->top;

	sheet_scroll(sheet, step);
	return sheet->top != top;
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
		/* Who reads on must not come to another button by that. */
		if (!(on_button && read_on(sheet, key == KEY_DOWN ? 1 : -1)) && !still)
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
	if (function && key == KEY_F(6) && buttons_count(form->buttons) > ANSWER_EXTRA) {
		*ret = ANSWER_EXTRA;
		return true;
	}
	if (navigate(form, sheet, key, function))
		return false;
	type(form, key, function);
	return false;
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
	win = sheet_open_window(sheet);
	if (!win) {
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
			form_draw(win, form, sheet, whole || top != sheet->top);
		r = screen_read(win, &key);
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
	/* It is painted again each second. */
	if (outlet_is_held())
		return;
	sheet_lay_out(&form, &sheet);
	if (hint) {
		sheet_add_row(&sheet, SHEET_NO_FIELD, false);
		(void)sheet_add_text(&sheet, hint, sheet.width - SHEET_FRAME_COLS, SHEET_NO_FIELD);
		sheet_fit(&sheet);
	}
	win = sheet_open_window(&sheet);
	if (!win)
		return;
	form_draw_frame(win, &form, &sheet, &y, &x);
	curs_set(0);
	wrefresh(win);
	delwin(win);
}
