/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "list.h"

#include <ctype.h>

#include "buttons.h"
#include "draw_box.h"
#include "form_sheet.h"
#include "i18n.h"
#include "list_plain.h"
#include "screen.h"
#include "util.h"

#define MARK_X	  2 /* of the mark before the chosen one */
#define TICK_COLS 4 /* "[*] " */
#define ITEMS_MIN 3

/* A list on the screen. */
struct view {
	struct list *list;
	struct sheet sheet; /* the text, and behind it a row for each item */
	size_t first;	    /* the first item's row */
	int fixed;	    /* rows at the top that do not scroll: the text, or none */
	int tag_cols;
	const safe_char *buttons[BUTTONS_MAX + 1];
	bool in_list; /* the last key went through the items: the cursor stands there */
};

/* The columns that the widest item takes in its row. */
static int item_columns(const struct view *view)
{
	int widest = 0;

	for (size_t i = 0; i < view->list->n; i++) {
		const struct choice *choice = &view->list->choices[i];
		int columns = *choice->text ? view->tag_cols + LIST_GAP_COLS +
						      wrap_columns(choice->text,
							      safe_length(choice->text))
					    : wrap_columns(choice->tag, safe_length(choice->tag));

		if (columns > widest)
			widest = columns;
	}
	return view->list->ticked ? widest + TICK_COLS : widest;
}

/* The columns that the longest tag takes, of half of those that there are. */
static int tag_columns(const struct view *view)
{
	int widest = 0, most = view->sheet.width / 2;

	for (size_t i = 0; i < view->list->n; i++) {
		const struct choice *choice = &view->list->choices[i];
		int columns = wrap_columns(choice->tag, safe_length(choice->tag));

		/* One with nothing behind it has the row for itself. */
		if (columns > widest && *choice->text)
			widest = columns;
	}
	return widest < most ? widest : most;
}

/* Make the rows for the size that the screen has now. */
static void lay_out(struct view *view)
{
	struct sheet *sheet = &view->sheet;
	int needed;

	sheet_begin(sheet);
	view->tag_cols = tag_columns(view);
	needed = LIST_ITEM_X + item_columns(view) + SHEET_FRAME_COLS / 2;
	if (needed > sheet->width)
		sheet->width = needed < COLS ? needed : COLS;
	(void)sheet_add_text(
		sheet, view->list->text, sheet->width - SHEET_FRAME_COLS, SHEET_NO_FIELD);
	if (sheet->n_rows > SHEET_ROWS_MAX - LIST_MAX - 1)
		sheet->n_rows = SHEET_ROWS_MAX - LIST_MAX - 1;
	sheet_add_row(sheet, SHEET_NO_FIELD, false);
	view->first = sheet->n_rows;
	for (size_t i = 0; i < view->list->n; i++)
		sheet_add_row(sheet, i, true);
	sheet_fit(sheet);
	/* Text for which there is no room beside a few items scrolls with them. */
	view->fixed = (int)view->first;
	if (sheet_visible(sheet) - view->fixed < ITEMS_MIN)
		view->fixed = 0;
}

/* Scroll as little as shows the chosen item; up to the first row where that still shows it. */
static void follow(struct view *view)
{
	int row = (int)(view->first + view->list->selected);

	view->sheet.top = row < sheet_visible(&view->sheet) ? 0 : view->sheet.top;
	sheet_show(&view->sheet, row, row);
	if (view->sheet.top > row - view->fixed)
		view->sheet.top = row - view->fixed;
}

/* As much of a text as fits into the cells from x up to end. */
static void draw_part(WINDOW *win, int y, int x, int end, const safe_char *text)
{
	draw_text(win, y, x, text, wrap_fit(text, safe_length(text), end > x ? end - x : 0));
}

/* One item: the chosen one stands out, by a mark, too, for who sees no colours. */
static void draw_item(WINDOW *win, const struct view *view, size_t i, int y)
{
	const struct list *list = view->list;
	const struct choice *choice = &list->choices[i];
	bool chosen = i == list->selected;
	int x = LIST_ITEM_X, end = view->sheet.width - SHEET_FRAME_COLS / 2;

	draw_box_look(win, THEME_TEXT);
	draw_text(win, y, MARK_X, chosen ? OURS(">") : OURS(" "), 1);
	draw_box_look(win, chosen ? THEME_SELECTED : THEME_TEXT);
	draw_blanks(win, y, x, end - x);
	if (list->ticked) {
		draw_text(win, y, x, list->ticked[i] ? OURS("[*] ") : OURS("[ ] "), TICK_COLS);
		x += TICK_COLS;
	}
	if (!chosen)
		draw_box_look(win, THEME_TITLE);
	draw_part(win, y, x, *choice->text ? x + view->tag_cols : end, choice->tag);
	if (!chosen)
		draw_box_look(win, THEME_TEXT);
	draw_part(win, y, x + view->tag_cols + LIST_GAP_COLS, end, choice->text);
}

/* The whole box, with the cursor where the last key went. */
static void draw(WINDOW *win, const struct view *view)
{
	const struct sheet *sheet = &view->sheet;
	int cursor = -1;

	sheet_draw_frame(win, sheet, view->list->title);
	for (int y = 1; y <= sheet_visible(sheet); y++) {
		size_t at = (size_t)(y <= view->fixed ? y - 1 : sheet->top + y - 1);
		const struct sheet_row *row = &sheet->rows[at];

		if (at >= sheet->n_rows)
			break;
		draw_box_look(win, THEME_TEXT);
		if (row->input)
			draw_item(win, view, row->field, y);
		else if (row->text.length > 0)
			draw_text(win, y, SHEET_FRAME_COLS / 2, row->text.text, row->text.length);
		if (row->input && row->field == view->list->selected)
			cursor = y;
	}
	buttons_draw(win, view->buttons, view->list->button);
	if (view->in_list && cursor >= 0)
		wmove(win, cursor, LIST_ITEM_X);
	curs_set(1);
}

/* Choose the item that stands so far from the chosen one; where there is none, the first or the
 * last. */
static void move_by(struct view *view, int step)
{
	int last = (int)view->list->n - 1, at = (int)view->list->selected + step;

	view->in_list = true;
	/* Above the first item there may be more of the text. */
	if (step == -1 && at < 0) {
		sheet_scroll(&view->sheet, -1);
		return;
	}
	at = at > last ? last : at;
	view->list->selected = at < 0 ? 0 : (size_t)at;
	follow(view);
}

/* Choose the next item whose tag begins with this character. */
static void find(struct view *view, wint_t key)
{
	struct list *list = view->list;

	for (size_t i = 1; i <= list->n; i++) {
		size_t at = (list->selected + i) % list->n;

		if (tolower((unsigned char)*list->choices[at].tag) == tolower((int)key)) {
			move_by(view, (int)at - (int)list->selected);
			return;
		}
	}
}

/* Go to the next button in a direction, around the ends. */
static void move_button(struct view *view, int step)
{
	size_t n = buttons_count(view->buttons);

	view->in_list = false;
	view->list->button = (view->list->button + n + (size_t)step) % n;
}

/* A key that has a name. True: *ret is the answer. */
static bool take_function_key(struct view *view, wint_t key, enum answer *ret)
{
	int all = (int)view->list->n, page = sheet_visible(&view->sheet) - view->fixed;

	switch (key) {
	case KEY_UP:
	case KEY_DOWN:
		move_by(view, key == KEY_DOWN ? 1 : -1);
		return false;
	case KEY_PPAGE:
	case KEY_NPAGE:
		move_by(view, key == KEY_NPAGE ? page : -page);
		return false;
	case KEY_HOME:
	case KEY_END:
		move_by(view, key == KEY_END ? all : -all);
		return false;
	case KEY_LEFT:
	case KEY_BTAB:
		move_button(view, -1);
		return false;
	case KEY_RIGHT:
		move_button(view, 1);
		return false;
	case KEY_ENTER:
		*ret = buttons_answer(view->buttons, view->list->button);
		return true;
	case KEY_F(6):
		*ret = ANSWER_EXTRA;
		return view->list->extra != NULL;
	default:
		return false;
	}
}

/* A character. True: *ret is the answer. */
static bool take_character(struct view *view, wint_t key, enum answer *ret)
{
	struct list *list = view->list;

	if (key == '\r' || key == '\n' || (key == ' ' && !list->ticked))
		return take_function_key(view, KEY_ENTER, ret);
	if (key == 27) {
		*ret = ANSWER_BACK;
		return true;
	}
	if (key == '\t')
		move_button(view, 1);
	else if (key == ' ' && list->selected < list->n)
		list->ticked[list->selected] = !list->ticked[list->selected];
	else if (key > ' ' && key < 0x7f)
		find(view, key);
	return false;
}

/* Draw the box at its size and read keys until there is an answer (true) or another size. */
static bool run_at_size(struct view *view, enum answer *ret)
{
	bool answered = false;
	WINDOW *win;

	lay_out(view);
	follow(view);
	win = sheet_open_window(&view->sheet);
	if (!win) {
		*ret = ANSWER_BACK;
		return true;
	}
	while (!answered) {
		wint_t key = 0;
		int r;

		draw(win, view);
		r = screen_read(win, &key);
		if (r == KEY_CODE_YES && key == KEY_RESIZE)
			break;
		if (r == ERR)
			*ret = screen_ended() ? ANSWER_BACK : ANSWER_WOKEN;
		answered = r == ERR || (r == KEY_CODE_YES ? take_function_key(view, key, ret)
							  : take_character(view, key, ret));
	}
	delwin(win);
	return answered;
}

enum answer list_run(struct list *list)
{
	struct view view = { .list = list,
		.buttons = { list->next, _("Back"), list->extra },
		.in_list = list->button == 0 };
	enum answer answer;

	if (list->n > LIST_MAX)
		list->n = LIST_MAX;
	if (list->selected >= list->n)
		list->selected = 0;
	if (screen_is_plain())
		return list_plain_run(list);
	do {
		if (!box_begin(&answer))
			return answer;
	} while (!run_at_size(&view, &answer));
	return answer;
}
