/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pager_plain.h"

#include <errno.h>
#include <stdio.h>
#include <sys/ioctl.h>

#include "i18n.h"
#include "plain_lines.h"
#include "screen.h"
#include "util.h"

#define ROWS	     24 /* of a terminal that does not tell */
#define ROWS_MIN     5
#define ROWS_AT_ONCE 3 /* of the page are for the question */

/* The size of a page. */
static struct pager_view find_view(void)
{
	struct pager_view view = { plain_columns(), ROWS - ROWS_AT_ONCE, 0 };
	struct winsize size;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) >= 0 && size.ws_row >= ROWS_MIN)
		view.rows = size.ws_row - ROWS_AT_ONCE;
	return view;
}

/* Ask what shall be seen or done next. */
static void ask(const struct pager *pager, bool more)
{
	draw_print(stdout, "%s%s", more ? _("Enter: next page  ") : OURS(""), _("b: back"));
	for (size_t i = 0; i < pager->n_keys; i++)
		draw_print(stdout, "  %c: %s", pager->keys[i].twin, translate(pager->keys[i].text));
	draw_print(stdout, "\n%s ", _("Choice:"));
	(void)fflush(stdout);
}

/* Print the lines in view, and where that is in the text. */
static void print_page(const struct pager *pager, size_t top, size_t end, size_t n)
{
	bool heading;

	if (top == 0)
		draw_print(stdout, "\n%s\n", pager->title);
	for (size_t i = top; i < end; i++)
		draw_print(stdout, "%s\n", pager->line(i, &heading, pager->userdata));
	draw_print(stdout, _("Lines %zu to %zu of %zu."), n > 0 ? top + 1 : 0, end, n);
	draw_print(stdout, "\n");
	ask(pager, end < n);
}

/* Is this one of the page's keys? */
static bool is_key(const struct pager *pager, const char *word)
{
	for (size_t i = 0; i < pager->n_keys; i++)
		if (pager->keys[i].twin == *word && !word[1])
			return true;
	return false;
}

/* What the customer wants to see or do next, whatever else happens. Where one of the page's keys is
 * the answer, Enter alone is none at the end of the text. */
static enum plain_kind choose(const struct pager *pager, bool more, struct plain_choice *ret)
{
	for (;;) {
		enum plain_kind kind = plain_choose(ret);

		if (screen_ended() || kind == PLAIN_BACK)
			return PLAIN_BACK;
		if (kind == PLAIN_ENTER && (more || !pager->must_choose))
			return kind;
		if (kind == PLAIN_WORD && is_key(pager, ret->word))
			return kind;
		if (kind == PLAIN_WOKEN)
			continue;
		draw_print(stdout, "%s\n", _("Type one of the letters and Enter."));
		ask(pager, more);
	}
}

int pager_print(struct pager *pager)
{
	size_t top = 0;

	for (;;) {
		struct pager_view view = find_view();
		struct plain_choice choice;
		enum plain_kind kind;
		size_t n, end;

		view.top = top;
		n = pager->update(&view, pager->userdata);
		top = view.top < n ? view.top : 0;
		end = top + (size_t)view.rows < n ? top + (size_t)view.rows : n;
		print_page(pager, top, end, n);
		kind = choose(pager, end < n, &choice);
		if (screen_ended())
			return -ECANCELED;
		if (kind == PLAIN_WORD)
			return *choice.word;
		if (kind == PLAIN_BACK || end == n)
			return 0;
		top = end;
	}
}
