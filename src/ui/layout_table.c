/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The table of interfaces. */

#include "layout_parts.h"
#include "util.h"

/* The text of a line in this column of the table. A further address of an interface begins below
 * the hardware address, where that is shown: IPv6 addresses are long. */
static const safe_char *cell(
	const struct layout_table *table, const struct status_line *line, enum layout_column column)
{
	bool merged = !*line->label && table->width[COLUMN_MAC] > 0;

	switch (column) {
	case COLUMN_NAME:
		return line->label;
	case COLUMN_STATE:
		return line->text;
	case COLUMN_MAC:
		return merged ? line->address : line->mac;
	case COLUMN_ADDRESS:
		return merged ? OURS("") : line->address;
	case COLUMN_ORIGIN:
		return line->origin;
	case COLUMNS_MAX:
		break;
	}
	return OURS("");
}

/* The cells of a row of the table, with two between the columns. */
int layout_table_width(const struct layout_table *table)
{
	int width = 0;

	for (size_t i = 0; i < COLUMNS_MAX; i++)
		if (table->width[i] > 0)
			width += table->width[i] + 2;
	return width - 2;
}

/* Make a column as wide as its widest cell; those of further addresses may run into the next. */
static void widen(struct layout_table *table, const struct status_line *lines, size_t n,
	enum layout_column column)
{
	int width = 0;

	for (size_t i = 0; i < n; i++) {
		int cell_width;

		if (lines[i].kind != STATUS_LINK || (column == COLUMN_MAC && !*lines[i].label))
			continue;
		cell_width = layout_width(cell(table, &lines[i], column));
		if (column == COLUMN_ADDRESS && !*lines[i].label && table->width[COLUMN_MAC] > 0)
			cell_width = layout_width(lines[i].address) - table->width[COLUMN_MAC] - 2;
		if (cell_width > width)
			width = cell_width;
	}
	table->width[column] = width;
}

/* Does the table stick out of the screen? */
static bool too_wide(const struct layout_table *table, int columns)
{
	return LAYOUT_INDENT_TABLE + layout_table_width(table) > columns;
}

void layout_table_plan(struct layout_plan *plan)
{
	struct layout_table *table = &plan->table;

	*table = (struct layout_table){ 0 };
	for (size_t c = 0; c < COLUMNS_MAX; c++)
		widen(table, plan->lines, plan->n, c);
	if (too_wide(table, plan->columns)) {
		table->width[COLUMN_MAC] = 0;
		widen(table, plan->lines, plan->n, COLUMN_ADDRESS);
	}
	if (too_wide(table, plan->columns))
		table->width[COLUMN_ORIGIN] = 0;
	if (too_wide(table, plan->columns)) {
		table->width[COLUMN_ADDRESS] = 0;
		table->address_below = true;
	}
}

/* Does a row for this line come behind the interfaces that matter most? */
static bool is_far(const struct layout *layout, const struct status_line *line)
{
	size_t links = 0;

	for (size_t i = 0; i < layout->n; i++)
		links += layout->rows[i].link;
	return links + (*line->label ? 1 : 0) > LAYOUT_NEAR_LINKS;
}

/* One row of the table, into text. */
static void write_row(const struct layout_table *table, const struct status_line *line,
	safe_char text[static LAYOUT_TEXT_MAX])
{
	int pad = 0;

	*text = '\0';
	for (size_t c = 0; c < COLUMNS_MAX; c++) {
		const safe_char *value = cell(table, line, c);
		size_t used = safe_length(text);

		if (table->width[c] == 0)
			continue;
		if (*value) {
			(void)safe_format(
				text + used, LAYOUT_TEXT_MAX - used, "%*s%s", pad, OURS(""), value);
			pad = -layout_width(value);
		}
		pad += table->width[c] + 2;
	}
}

int layout_add_link(
	struct layout *layout, const struct layout_plan *plan, const struct status_line *line)
{
	const struct layout_table *table = &plan->table;
	bool far = is_far(layout, line);
	safe_char text[LAYOUT_TEXT_MAX];
	int r;

	if (*line->label || !table->address_below) {
		write_row(table, line, text);
		r = layout_add(layout, plan, LAYOUT_INDENT_TABLE,
			far	       ? DROP_FAR
			: *line->label ? DROP_LINK
				       : DROP_ADDRESS,
			text, safe_length(text));
		if (r < 0)
			return r;
		layout->rows[layout->n - 1].link = *line->label;
	}
	if (!table->address_below || safe_equal(line->address, OURS("-")))
		return 0;
	return layout_add_whole(layout, plan, 2 * LAYOUT_INDENT_TABLE, plan->columns,
		far ? DROP_FAR : DROP_ADDRESS, line->address);
}
