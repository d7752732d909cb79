/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pager.h"

#include <errno.h>

#include "i18n.h"
#include "pager_plain.h"
#include "paint.h"
#include "safe_text.h"
#include "screen.h"
#include "theme.h"
#include "util.h"
#include "wrap.h"

#define ESCAPE	      27
#define KEY_GAP	      2	 /* cells between two keys */
#define SHORT_COLUMNS 64 /* narrower than this, the pager's keys stand without words */
#define POSITION_MAX  96

/* Where a key of the pager leads: by lines, by pages, or to an end. */
enum move { MOVE_LINE_UP, MOVE_LINE_DOWN, MOVE_PAGE_UP, MOVE_PAGE_DOWN, MOVE_FIRST, MOVE_LAST };

static const struct {
	int key, twin;
	enum move move;
} moves[] = {
	{ KEY_UP, 'k', MOVE_LINE_UP },
	{ KEY_DOWN, 'j', MOVE_LINE_DOWN },
	{ KEY_PPAGE, 'p', MOVE_PAGE_UP },
	{ KEY_PPAGE, 'b', MOVE_PAGE_UP },
	{ KEY_NPAGE, 'n', MOVE_PAGE_DOWN },
	{ KEY_ENTER, '\r', MOVE_PAGE_DOWN },
	{ '\n', ' ', MOVE_PAGE_DOWN },
	{ KEY_HOME, 'g', MOVE_FIRST },
	{ KEY_END, 'e', MOVE_LAST },
};

/* The same keys as they are printed. */
static const struct pager_key own_keys[] = {
	{ 0, 0, OURS("PgDn/n"), N_("next") },
	{ 0, 0, OURS("PgUp/p"), N_("previous") },
	{ 0, 0, OURS("Home/g"), N_("start") },
	{ 0, 0, OURS("End/e"), N_("end") },
	{ 0, 0, OURS("Esc/q"), N_("back") },
};

/* One terminal, so one pager is on it. */
static struct {
	struct pager *pager; /* NULL: none */
	int rows;	     /* of its text */
} shown;

/* -- the keys at the bottom -- */

/* The words of a key, "" for those that speak for themselves where there is little room. */
static const safe_char *key_words(const struct pager_key *key, bool own)
{
	return own && COLS < SHORT_COLUMNS ? OURS("") : translate(key->text);
}

/* Put a key behind x, on the next row where there is no room; drawn: on the screen, from row y on.
 */
static void place_key(const struct pager_key *key, bool own, bool drawn, int y, int *x, int *rows)
{
	const safe_char *words = key_words(key, own);
	int width = (int)safe_length(key->name) + (*words ? 1 : 0) +
		    wrap_columns(words, safe_length(words));

	if (*x > 1 && *x + width > COLS) {
		*x = 1;
		(*rows)++;
	}
	if (drawn) {
		attron(A_BOLD);
		draw_string(y + *rows - 1, *x, key->name);
		attrset(theme_text());
		if (*words)
			draw_string(y + *rows - 1, *x + (int)safe_length(key->name) + 1, words);
	}
	*x += width + KEY_GAP;
}

/* Walk over all keys: the page's, then the pager's. Returns the number of rows. */
static int place_keys(const struct pager *pager, bool drawn, int y)
{
	int x = 1, rows = 1;

	for (size_t i = 0; i < pager->n_keys; i++)
		place_key(&pager->keys[i], false, drawn, y, &x, &rows);
	for (size_t i = 0; i < ARRAY_SIZE(own_keys); i++)
		place_key(&own_keys[i], true, drawn, y, &x, &rows);
	return rows;
}

/* -- the text -- */

/* Where the customer stands, in words. */
static void write_position(
	const struct pager *pager, int rows, size_t n, safe_char *ret, size_t size)
{
	size_t last = pager->top + (size_t)rows < n ? pager->top + (size_t)rows : n;

	if (pager->top == 0 && last == n)
		(void)safe_format(ret, size, "%s", _("all of it"));
	else
		(void)safe_format(ret, size, _("lines %zu to %zu of %zu"), pager->top + 1, last, n);
}

static void draw_title(const safe_char *title, const safe_char *position)
{
	int room = COLS - 2 - wrap_columns(position, safe_length(position));

	draw_bar(safe_cut(title, room - 2).text, position);
}

static void draw_lines(const struct pager *pager, int rows, size_t n)
{
	for (int row = 0; row < rows && pager->top + (size_t)row < n; row++) {
		bool heading = false;
		const safe_char *line =
			pager->line(pager->top + (size_t)row, &heading, pager->userdata);

		if (heading)
			attron(A_BOLD);
		draw_text(stdscr, row + 1, 1, line, wrap_fit(line, safe_length(line), COLS - 2));
		if (heading)
			attrset(theme_text());
	}
}

/* The text as it is now, with no more blank rows below it than it takes. */
static size_t update(struct pager *pager, int rows)
{
	struct pager_view view = { COLS - 2, rows, pager->top };
	size_t n = pager->update(&view, pager->userdata);
	size_t last = n > (size_t)rows ? n - (size_t)rows : 0;

	if (view.top > last) {
		view.top = last;
		n = pager->update(&view, pager->userdata);
	}
	pager->top = view.top;
	return n;
}

/* Draw everything; curses sends only what differs from what is on the terminal. */
static void draw(void *userdata)
{
	struct pager *pager = userdata;
	int key_rows = place_keys(pager, false, 0);
	int rows = LINES - 1 - key_rows;
	safe_char position[POSITION_MAX];
	size_t n;

	if (screen_too_small())
		return;
	n = update(pager, rows);
	write_position(pager, rows, n, position, sizeof(position));
	erase();
	draw_title(pager->title, position);
	draw_lines(pager, rows, n);
	place_keys(pager, true, LINES - key_rows);
	move(LINES - 1, 0);
	refresh();
	shown.rows = rows;
}

void pager_wake(void)
{
	if (shown.pager)
		paint_soon(draw, shown.pager);
}

/* -- keys -- */

/* Go; what is beyond the end is put right when it is drawn. */
static void go(struct pager *pager, enum move move, int rows)
{
	size_t page = rows > 1 ? (size_t)rows - 1 : 1;

	switch (move) {
	case MOVE_LINE_UP:
		pager->top -= pager->top > 0;
		break;
	case MOVE_LINE_DOWN:
		pager->top++;
		break;
	case MOVE_PAGE_UP:
		pager->top -= pager->top < page ? pager->top : page;
		break;
	case MOVE_PAGE_DOWN:
		pager->top += page;
		break;
	case MOVE_FIRST:
		pager->top = 0;
		break;
	case MOVE_LAST:
		pager->top = SIZE_MAX / 2;
		break;
	}
}

/* The page's key that was pressed: its twin, or 0. */
static int find_key(const struct pager *pager, int pressed)
{
	for (size_t i = 0; i < pager->n_keys; i++)
		if (pressed == pager->keys[i].twin ||
			(pager->keys[i].function && pressed == pager->keys[i].function))
			return pager->keys[i].twin;
	return 0;
}

/* Take one key. True: it ends the pager, with *ret. */
static bool take_key(struct pager *pager, int key, int rows, int *ret)
{
	*ret = find_key(pager, key);
	if (*ret != 0 || key == ESCAPE || key == 'q')
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(moves); i++)
		if (key == moves[i].key || key == moves[i].twin) {
			go(pager, moves[i].move, rows);
			break;
		}
	return false;
}

int pager_run(struct pager *pager)
{
	int key, r;

	if (screen_is_plain())
		return pager_print(pager);
	curs_set(0);
	shown.pager = pager;
	do {
		draw(pager);
		key = screen_get_key();
		r = -ECANCELED;
	} while (!screen_ended() && !take_key(pager, key, shown.rows, &r));
	shown.pager = NULL;
	paint_soon(NULL, NULL);
	curs_set(1);
	return screen_ended() ? -ECANCELED : r;
}
