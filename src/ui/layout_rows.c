/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Rows as they are added. */

#include <errno.h>

#include "layout_parts.h"
#include "util.h"
#include "wrap.h"

#define PARAGRAPH_ROWS 20

int layout_width(const safe_char *text)
{
	return wrap_columns(text, safe_length(text));
}

/* Make room for another row. */
static int grow(struct layout *layout)
{
	struct layout_row *rows;
	size_t allocated = layout->allocated ? layout->allocated * 2 : 24;

	if (layout->n < layout->allocated)
		return 0;
	rows = reallocarray(layout->rows, allocated, sizeof(*rows));
	if (!rows)
		return -ENOMEM;
	layout->rows = rows;
	layout->allocated = allocated;
	return 0;
}

int layout_add(struct layout *layout, const struct layout_plan *plan, int x, enum layout_drop drop,
	const safe_char *text, size_t length)
{
	struct layout_row *row;
	int r = grow(layout);

	if (r < 0)
		return r;
	row = &layout->rows[layout->n++];
	row->x = x;
	row->drop = drop;
	row->line = plan->line;
	row->url = false;
	row->link = false;
	row->label[0] = '\0';
	(void)safe_format(row->text, sizeof(row->text), "%.*s", (int)length, text);
	return 0;
}

int layout_add_blank(struct layout *layout, const struct layout_plan *plan)
{
	if (layout->n > 0 && !*layout->rows[layout->n - 1].text)
		return 0;
	return layout_add(layout, plan, 0, DROP_BLANK, OURS(""), 0);
}

int layout_add_paragraph(struct layout *layout, const struct layout_plan *plan, int x, int columns,
	enum layout_drop drop, const safe_char *text)
{
	struct wrap_row rows[PARAGRAPH_ROWS];
	size_t n = wrap_text(text, columns - x - 1, rows, PARAGRAPH_ROWS);
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++)
		r = layout_add(layout, plan, x, drop, rows[i].text, rows[i].length);
	return r;
}

int layout_add_whole(struct layout *layout, const struct layout_plan *plan, int x, int columns,
	enum layout_drop drop, const safe_char *text)
{
	int width = layout_width(text), r = 0;

	if (x + width > columns)
		x = LAYOUT_INDENT + width <= columns ? LAYOUT_INDENT : 0;
	do {
		size_t length = wrap_fit(text, safe_length(text), columns - x);

		if (length == 0)
			break;
		r = layout_add(layout, plan, x, drop, text, length);
		text += length;
	} while (r >= 0 && *text);
	return r;
}

bool layout_has_logo(const struct layout_plan *plan)
{
	int columns = plan->columns - plan->hole_columns;

	for (size_t i = 0; i < plan->n; i++)
		if (plan->lines[i].kind == STATUS_LOGO &&
			LAYOUT_INDENT + layout_width(plan->lines[i].text) > columns)
			return false;
	return true;
}

int layout_add_logo(struct layout *layout, const struct layout_plan *plan)
{
	const struct status_line *line = &plan->lines[plan->line], *first = line;
	bool last = line + 1 == plan->lines + plan->n || line[1].kind != STATUS_LOGO;
	size_t begin = layout->n;
	int r;

	while (first > plan->lines && first[-1].kind == STATUS_LOGO)
		first--;
	r = layout_add(layout, plan, LAYOUT_INDENT, DROP_LOGO, line->text, safe_length(line->text));
	if (r >= 0 && last)
		r = layout_add(layout, plan, 0, DROP_LOGO, OURS(""), 0);
	for (size_t i = begin; i < layout->n && r >= 0; i++)
		layout->rows[i].line = (size_t)(first - plan->lines);
	return r;
}
