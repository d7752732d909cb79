/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is left out where rows are short. */

#include "i18n.h"
#include "layout_parts.h"
#include "util.h"
#include "wrap.h"

/* Say how many interfaces are not shown, in place of the last one where there is no row for it. */
static void say_more(struct layout *layout, size_t hidden)
{
	struct layout_row *row = NULL;
	size_t shown = 0;

	for (size_t i = 0; i < layout->n; i++)
		if (layout->rows[i].link || layout->rows[i].drop == DROP_MORE) {
			row = &layout->rows[i];
			shown += row->link;
		}
	if (!row)
		return;
	if (row->link) {
		hidden++;
		shown--;
	}
	*row = (struct layout_row){
		.x = LAYOUT_INDENT_TABLE,
		.drop = DROP_MORE,
		.line = row->line,
	};
	(void)safe_format(row->text, sizeof(row->text),
		shown > 0 ? _("and %zu more") : _("All network cards: %zu"), hidden);
}

/* End a row with the mark of a sentence that goes on. */
static void add_ellipsis(struct layout_row *row, int columns)
{
	static const safe_char ellipsis[] = "...";
	int room = columns - row->x - layout_width(ellipsis);
	size_t length = wrap_fit(row->text, safe_length(row->text), room);

	if (row->text[length])
		while (length > 0 && row->text[length] != ' ')
			length--;
	while (length > 0 && strchr(" ,;:(", row->text[length - 1]))
		length--;
	(void)safe_format(row->text + length, sizeof(row->text) - length, "%s", ellipsis);
}

/* The row that matters least, the lowest of such; those beside a picture stay, or what is below
 * them would come to stand there. */
static const struct layout_row *find_worst(const struct layout *layout, size_t first)
{
	const struct layout_row *worst = NULL;

	for (size_t i = layout->n; i-- > first;)
		if (!worst || layout->rows[i].drop > worst->drop)
			worst = &layout->rows[i];
	return worst && worst->drop != DROP_NEVER ? worst : NULL;
}

/* Take away the rows that came of one line and matter as little as each other: half a
 * fingerprint is worse than none. Returns how many of them are interfaces. */
static size_t leave_out(struct layout *layout, size_t first, size_t line, unsigned drop)
{
	size_t kept = first, links = 0;

	for (size_t i = first; i < layout->n; i++) {
		const struct layout_row *row = &layout->rows[i];

		if (row->drop == drop && row->line == line) {
			links += row->link;
			/* A picture of the vendor's says nothing. */
			layout->lost += drop != DROP_LOGO;
		} else if (kept++ < i) {
			layout->rows[kept - 1] = *row;
		}
	}
	layout->n = kept;
	return links;
}

/* Take away one row. */
static void leave_out_row(struct layout *layout, size_t i)
{
	memmove(&layout->rows[i], &layout->rows[i + 1],
		(layout->n - i - 1) * sizeof(*layout->rows));
	layout->n--;
}

/* Shorten what is proven, row by row: its first words say most. False: no more than one row is left
 * of that. */
static bool shorten(struct layout *layout, size_t last, int columns)
{
	const struct layout_row *row = &layout->rows[last];

	if (row->drop != DROP_WEB || last == 0 || row[-1].line != row->line)
		return false;
	leave_out_row(layout, last);
	add_ellipsis(&layout->rows[last - 1], columns);
	layout->lost++;
	return true;
}

/* How many interfaces are not among the lines. */
static size_t count_more(const struct layout_plan *plan)
{
	size_t more = 0;

	for (size_t i = 0; i < plan->n; i++)
		more += plan->lines[i].more;
	return more;
}

void layout_make_fit(struct layout *layout, const struct layout_plan *plan, int height)
{
	size_t more = count_more(plan), hidden = more;
	size_t first = (size_t)plan->hole_rows < layout->n ? (size_t)plan->hole_rows : layout->n;

	while (layout->n > (size_t)height) {
		const struct layout_row *worst = find_worst(layout, first);

		if (!worst) {
			/* Rows that never go, more than there are: from below. */
			layout->n--;
			layout->lost++;
		} else if (worst->drop == DROP_BLANK) {
			leave_out_row(layout, (size_t)(worst - layout->rows));
		} else if (!shorten(layout, (size_t)(worst - layout->rows), plan->columns)) {
			hidden += leave_out(layout, first, worst->line, worst->drop);
		}
	}
	if (hidden > more)
		say_more(layout, hidden);
}
