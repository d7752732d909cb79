/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "buttons.h"

#include "draw_box.h"
#include "util.h"
#include "wrap.h"

#define ROW_FROM_BELOW 2
#define BRACKETS       2
#define LABEL_MIN      6
#define GAP_MIN	       2

size_t buttons_count(const safe_char *const *labels)
{
	size_t n = 0;

	while (labels[n])
		n++;
	return n;
}

enum answer buttons_answer(const safe_char *const *labels, size_t place)
{
	static const enum answer three[] = { ANSWER_NEXT, ANSWER_EXTRA, ANSWER_BACK };

	return buttons_count(labels) == ARRAY_SIZE(three) ? three[place] : (enum answer)place;
}

/* The columns of each label: those of the longest one, so that all are alike. */
static int label_columns(const safe_char *const *labels)
{
	int columns = 0, least;

	for (size_t i = 0; labels[i]; i++) {
		int own = wrap_columns(labels[i], safe_length(labels[i]));

		if (own > columns)
			columns = own;
	}
	/* Odd or even as the longest, which is in the middle of its button then. */
	least = LABEL_MIN - columns % 2;
	return columns < least ? least : columns;
}

/* "< Next >", at x, y. */
static void draw_button(WINDOW *win, int y, int x, const safe_char *label, int columns, bool active)
{
	size_t length = wrap_fit(label, safe_length(label), columns);
	int blanks = columns - wrap_columns(label, length);

	draw_box_look(win, active ? THEME_SELECTED : THEME_TEXT);
	draw_blanks(win, y, x, columns + BRACKETS);
	draw_text(win, y, x, OURS("<"), 1);
	draw_text(win, y, x + 1 + blanks / 2, label, length);
	draw_text(win, y, x + 1 + columns, OURS(">"), 1);
}

void buttons_draw(WINDOW *win, const safe_char *const *labels, size_t focus)
{
	int n = (int)buttons_count(labels), inner = getmaxx(win) - BRACKETS;
	int y = getmaxy(win) - ROW_FROM_BELOW, columns, most, width, gap, x;

	if (n == 0)
		return;
	columns = label_columns(labels);
	most = (inner - (n + 1) * GAP_MIN) / n - BRACKETS;
	if (columns > most)
		columns = most;
	/* As far apart as leaves the margins a half more. */
	gap = (inner - n * (columns + BRACKETS)) / (n + 3);
	if (gap < GAP_MIN)
		gap = GAP_MIN;
	width = columns + BRACKETS + gap;
	x = 1 + (inner - n * width + gap) / 2;
	for (int i = 0; i < n; i++) {
		const safe_char *label = labels[buttons_answer(labels, (size_t)i)];

		draw_button(win, y, x + i * width, label, columns, (size_t)i == focus);
	}
	draw_box_look(win, THEME_TEXT);
	if (focus >= (size_t)n)
		return;
	x += (int)focus * width;
	if (n > 1)
		draw_text(win, y, x - (gap > GAP_MIN ? 2 : 1), OURS(">"), 1);
	wmove(win, y, x + 1);
}
