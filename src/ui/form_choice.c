/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form_choice.h"

#include <ctype.h>

#include "draw.h"
#include "draw_box.h"
#include "screen.h"
#include "util.h"
#include "wrap.h"

#define MARK_COLS 4 /* "(*) " */
#define GAP_COLS  2
#define TEXT_SIZE 32

/* The cells that a choice takes. */
static int choice_columns(const safe_char *text)
{
	return wrap_columns(text, safe_length(text));
}

/* Do all of them fit beside one another? */
static bool is_row(const struct form_field *field, int columns)
{
	int used = -GAP_COLS;

	for (size_t i = 0; i < field->n_choices && used <= columns; i++)
		used += MARK_COLS + choice_columns(field->choices[i]) + GAP_COLS;
	return used <= columns;
}

/* "(*) yes  ( ) no". */
static void draw_row(struct _win_st *win, const struct form_field *field, int y, int x, int *ret_x)
{
	*ret_x = x + 1;
	for (size_t i = 0; i < field->n_choices; i++) {
		const safe_char *text = field->choices[i];
		bool chosen = i == field->chosen;

		if (chosen)
			*ret_x = x + 1;
		draw_text(win, y, x, chosen ? OURS("(*) ") : OURS("( ) "), MARK_COLS);
		draw_text(win, y, x + MARK_COLS, text, safe_length(text));
		x += MARK_COLS + choice_columns(text) + GAP_COLS;
	}
}

/* "< Medium >  3/12". */
static void draw_one(
	struct _win_st *win, const struct form_field *field, int y, int x, int columns, int *ret_x)
{
	const safe_char *text =
		field->chosen < field->n_choices ? field->choices[field->chosen] : OURS("");
	safe_char place[TEXT_SIZE];
	int room;

	(void)safe_format(place, sizeof(place), " %zu/%zu",
		field->chosen < field->n_choices ? field->chosen + 1 : 0, field->n_choices);
	room = columns - (int)safe_length(place) - MARK_COLS;
	draw_text(win, y, x, OURS("<"), 1);
	if (room > 0)
		draw_text(win, y, x + 2, text, wrap_fit(text, safe_length(text), room));
	draw_text(win, y, x + 2 + room + 1, OURS(">"), 1);
	draw_text(win, y, x + columns - (int)safe_length(place), place, safe_length(place));
	*ret_x = x + 2;
}

void form_choice_draw(struct _win_st *win, const struct form_field *field, int y, int x,
	int columns, bool active, int *ret_x)
{
	draw_box_look(win, active ? THEME_ACTIVE_FIELD : THEME_FIELD);
	draw_blanks(win, y, x, columns);
	if (is_row(field, columns))
		draw_row(win, field, y, x, ret_x);
	else
		draw_one(win, field, y, x, columns, ret_x);
}

/* The next one in a direction, around the ends. */
static void step(struct form_field *field, bool forwards)
{
	size_t n = field->n_choices;

	if (field->chosen >= n)
		field->chosen = forwards ? 0 : n - 1;
	else
		field->chosen = (field->chosen + (forwards ? 1 : n - 1)) % n;
}

/* The next one that begins with this letter. */
static void find(struct form_field *field, wint_t key)
{
	size_t first = field->chosen < field->n_choices ? field->chosen : field->n_choices - 1;

	for (size_t i = 1; i <= field->n_choices; i++) {
		size_t at = (first + i) % field->n_choices;

		if (tolower((unsigned char)*field->choices[at]) == tolower((int)key)) {
			field->chosen = at;
			return;
		}
	}
}

bool form_choice_key(struct form_field *field, wint_t key, bool is_function)
{
	if (field->n_choices == 0)
		return false;
	if (is_function) {
		if (key != KEY_LEFT && key != KEY_RIGHT)
			return false;
		step(field, key == KEY_RIGHT);
		return true;
	}
	if (key == ' ')
		step(field, true);
	else if (key > ' ' && key < 0x7f)
		find(field, key);
	else
		return false;
	return true;
}
