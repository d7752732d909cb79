/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout.h"

#include <errno.h>

#include "i18n.h"
#include "util.h"
#include "wrap.h"

/* What goes first when rows are short. */
enum drop {
	DROP_NEVER,
	DROP_NOTICE,
	DROP_INTRO,
	DROP_LINK,
	DROP_HELP,
	DROP_MORE,
	DROP_ADDRESS, /* a further address of an interface */
	DROP_HEADING,
	DROP_BLANK,
	DROP_FAR, /* an interface that is not among the first */
};

#define INDENT_URL     6
#define INDENT_TABLE   4
#define PARAGRAPH_ROWS 20
#define NEAR_LINKS     4 /* interfaces that are worth more than empty rows */

/* The columns of the table of interfaces. */
enum column { COLUMN_NAME, COLUMN_STATE, COLUMN_MAC, COLUMN_ADDRESS, COLUMN_ORIGIN, COLUMNS_MAX };

struct table {
	int width[COLUMNS_MAX]; /* 0: left out */
	bool address_below;	/* on a row of its own */
};

/* The cells that text fills. */
static int text_width(const char *text)
{
	return wrap_columns(text, strlen(text));
}

/* Another row, empty. NULL: no memory. */
static struct layout_row *add_row(struct layout *layout, int x, enum drop drop)
{
	struct layout_row *row;

	if (layout->n == layout->allocated) {
		size_t allocated = layout->allocated ? layout->allocated * 2 : 24;

		row = reallocarray(layout->rows, allocated, sizeof(*row));
		if (!row)
			return NULL;
		layout->rows = row;
		layout->allocated = allocated;
	}
	row = &layout->rows[layout->n++];
	row->x = x;
	row->drop = drop;
	row->url = false;
	row->link = false;
	row->label[0] = '\0';
	row->text[0] = '\0';
	return row;
}

/* Another row with the first length bytes of text. */
static int add_text(struct layout *layout, int x, enum drop drop, const char *text, size_t length)
{
	struct layout_row *row = add_row(layout, x, drop);

	if (!row)
		return -ENOMEM;
	(void)snprintf(row->text, sizeof(row->text), "%.*s", (int)length, text);
	return 0;
}

/* An empty row; never two of them. */
static int add_blank(struct layout *layout)
{
	if (layout->n > 0 && layout->rows[layout->n - 1].drop == DROP_BLANK)
		return 0;
	return add_row(layout, 0, DROP_BLANK) ? 0 : -ENOMEM;
}

/* A sentence, on as many rows as it takes. */
static int add_paragraph(
	struct layout *layout, int x, int columns, enum drop drop, const char *text)
{
	struct wrap_row rows[PARAGRAPH_ROWS];
	size_t n = wrap_text(text, columns - x - 1, rows, PARAGRAPH_ROWS);
	int r = 0;

	for (size_t i = 0; i < n && r >= 0; i++)
		r = add_text(layout, x, drop, rows[i].text, rows[i].length);
	return r;
}

/* A URL, whole: behind its label where both fit, alone where it fits, else broken where the screen
 * ends, as a terminal does. */
static int add_url(
	struct layout *layout, const struct status_line *line, int label_width, int columns)
{
	int width = text_width(line->text);
	int x = label_width > 0 ? LAYOUT_INDENT + label_width + 2 : INDENT_URL;
	bool labelled = label_width > 0 && x + width <= columns;
	const char *text = line->text;

	if (x + width > columns)
		x = LAYOUT_INDENT + width <= columns ? LAYOUT_INDENT : 0;
	do {
		size_t length = wrap_fit(text, strlen(text), columns - x);
		struct layout_row *row;

		if (length == 0)
			break;
		if (add_text(layout, x, DROP_NEVER, text, length) < 0)
			return -ENOMEM;
		row = &layout->rows[layout->n - 1];
		row->url = true;
		if (labelled)
			(void)snprintf(row->label, sizeof(row->label), "%s", line->label);
		text += length;
	} while (*text);
	return 0;
}

/* The text of a line in this column of the table. A further address of an interface begins below
 * the hardware address, where that is shown: IPv6 addresses are long. */
static const char *cell(
	const struct table *table, const struct status_line *line, enum column column)
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
		return merged ? "" : line->address;
	case COLUMN_ORIGIN:
		return line->origin;
	case COLUMNS_MAX:
		break;
	}
	return "";
}

/* The cells of a row of the table, with two between the columns. */
static int table_width(const struct table *table)
{
	int width = 0;

	for (size_t i = 0; i < COLUMNS_MAX; i++)
		if (table->width[i] > 0)
			width += table->width[i] + 2;
	return width - 2;
}

/* Make a column as wide as its widest cell; those of further addresses may run into the next. */
static void widen(
	struct table *table, const struct status_line *lines, size_t n, enum column column)
{
	int width = 0;

	for (size_t i = 0; i < n; i++) {
		int cell_width;

		if (lines[i].kind != STATUS_LINK || (column == COLUMN_MAC && !*lines[i].label))
			continue;
		cell_width = text_width(cell(table, &lines[i], column));
		if (column == COLUMN_ADDRESS && !*lines[i].label && table->width[COLUMN_MAC] > 0)
			cell_width = text_width(lines[i].address) - table->width[COLUMN_MAC] - 2;
		if (cell_width > width)
			width = cell_width;
	}
	table->width[column] = width;
}

/* Does the table stick out of the screen? */
static bool too_wide(const struct table *table, int columns)
{
	return INDENT_TABLE + table_width(table) > columns;
}

/* Find the widths of the columns, and leave out what does not fit. */
static void table_plan(struct table *table, const struct status_line *lines, size_t n, int columns)
{
	*table = (struct table){ 0 };
	for (size_t c = 0; c < COLUMNS_MAX; c++)
		widen(table, lines, n, c);
	if (too_wide(table, columns)) {
		table->width[COLUMN_MAC] = 0;
		widen(table, lines, n, COLUMN_ADDRESS);
	}
	if (too_wide(table, columns))
		table->width[COLUMN_ORIGIN] = 0;
	if (too_wide(table, columns)) {
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
	return links + (*line->label ? 1 : 0) > NEAR_LINKS;
}

/* One row of the table. */
static int add_table_row(
	struct layout *layout, const struct table *table, const struct status_line *line)
{
	enum drop drop = *line->label ? DROP_LINK : DROP_ADDRESS;
	struct layout_row *row =
		add_row(layout, INDENT_TABLE, is_far(layout, line) ? DROP_FAR : drop);
	int pad = 0;

	if (!row)
		return -ENOMEM;
	row->link = *line->label;
	for (size_t c = 0; c < COLUMNS_MAX; c++) {
		size_t used = strlen(row->text);

		if (table->width[c] == 0)
			continue;
		if (*cell(table, line, c)) {
			(void)snprintf(row->text + used, sizeof(row->text) - used, "%*s%s", pad, "",
				cell(table, line, c));
			pad = -text_width(cell(table, line, c));
		}
		pad += table->width[c] + 2;
	}
	return 0;
}

/* An interface, or one more address of it. */
static int add_link(
	struct layout *layout, const struct table *table, const struct status_line *line)
{
	if (*line->label || !table->address_below)
		if (add_table_row(layout, table, line) < 0)
			return -ENOMEM;
	if (!table->address_below || streq(line->address, "-"))
		return 0;
	return add_text(layout, 2 * INDENT_TABLE, is_far(layout, line) ? DROP_FAR : DROP_ADDRESS,
		line->address, strlen(line->address));
}

/* Documentation, or a fact: the label in front where there is room. */
static int add_help(struct layout *layout, const struct status_line *line, int columns)
{
	char text[LAYOUT_TEXT_MAX + 128];

	(void)snprintf(text, sizeof(text), "%s  %s", line->label, line->text);
	if (LAYOUT_INDENT + text_width(text) > columns)
		(void)snprintf(text, sizeof(text), "%s", line->text);
	return add_paragraph(layout, LAYOUT_INDENT, columns, DROP_HELP, text);
}

/* A cause, and the sentence after it that says what to do. */
static int add_advice(
	struct layout *layout, const struct status_line *line, const char *hint, int columns)
{
	char text[LAYOUT_TEXT_MAX + 128];

	(void)snprintf(text, sizeof(text), "%s%s%s", line->text, *hint ? " " : "", hint);
	return add_paragraph(layout, LAYOUT_INDENT, columns, DROP_NEVER, text);
}

/* What all lines are laid out with. */
struct plan {
	struct table table;
	int label_width, columns;
};

/* The rows of the line at i. */
static int add_line(struct layout *layout, const struct plan *plan, const struct status_line *lines,
	size_t n, size_t i)
{
	const struct status_line *line = &lines[i];
	bool first = i == 0 || lines[i - 1].kind != line->kind;
	int r = 0;

	switch (line->kind) {
	case STATUS_NOTICE:
		r = add_paragraph(layout, LAYOUT_INDENT, plan->columns, DROP_NOTICE, line->text);
		return r < 0 ? r : add_blank(layout);
	case STATUS_INTRO:
		r = add_paragraph(layout, LAYOUT_INDENT, plan->columns, DROP_INTRO, line->text);
		return r < 0 ? r : add_blank(layout);
	case STATUS_URL:
		return add_url(layout, line, plan->label_width, plan->columns);
	case STATUS_ADVICE:
		return add_advice(layout, line,
			i + 1 < n && lines[i + 1].kind == STATUS_HINT ? lines[i + 1].text : "",
			plan->columns);
	case STATUS_LINK:
		if (first && add_blank(layout) >= 0)
			r = add_text(layout, LAYOUT_INDENT, DROP_HEADING, _("Network"),
				strlen(_("Network")));
		return r < 0 ? r : add_link(layout, &plan->table, line);
	case STATUS_MORE:
		return add_text(layout, INDENT_TABLE, DROP_MORE, line->text, strlen(line->text));
	case STATUS_WEB:
	case STATUS_CERTIFICATE:
	case STATUS_HOST_KEY:
		return add_help(layout, line, plan->columns);
	case STATUS_HELP:
		r = add_blank(layout);
		return r < 0 ? r : add_help(layout, line, plan->columns);
	case STATUS_TITLE: /* drawn above the rows */
	case STATUS_HINT:  /* drawn with its cause */
		break;
	}
	return 0;
}

/* Say how many interfaces are not shown, in place of the last one where there is no row for it. */
static void say_more(struct layout *layout, size_t hidden)
{
	struct layout_row *row = NULL;

	for (size_t i = 0; i < layout->n; i++)
		if (layout->rows[i].link || layout->rows[i].drop == DROP_MORE)
			row = &layout->rows[i];
	if (!row)
		return;
	if (row->link)
		hidden++;
	*row = (struct layout_row){ .x = INDENT_TABLE, .drop = DROP_MORE };
	(void)snprintf(row->text, sizeof(row->text), _("and %zu more"), hidden);
}

/* Leave out rows until the rest fits: the ones that matter least, from below. more interfaces are
 * not among them. */
static void make_fit(struct layout *layout, int height, size_t more)
{
	size_t hidden = more;

	while (layout->n > 0 && layout->n > (size_t)height) {
		size_t worst = layout->n - 1;

		for (size_t i = layout->n; i-- > 0;)
			if (layout->rows[i].drop > layout->rows[worst].drop)
				worst = i;
		hidden += layout->rows[worst].link;
		memmove(&layout->rows[worst], &layout->rows[worst + 1],
			(layout->n - worst - 1) * sizeof(*layout->rows));
		layout->n--;
	}
	if (hidden > more)
		say_more(layout, hidden);
}

/* How many interfaces are not among the lines. */
static size_t count_more(const struct status_line *lines, size_t n)
{
	size_t more = 0;

	for (size_t i = 0; i < n; i++)
		more += lines[i].more;
	return more;
}

int layout_build(
	const struct status_line *lines, size_t n, int columns, int height, struct layout *ret)
{
	struct layout layout = { 0 };
	struct plan plan = { .columns = columns };
	int r;

	for (size_t i = 0; i < n; i++)
		if (lines[i].kind == STATUS_URL && text_width(lines[i].label) > plan.label_width)
			plan.label_width = text_width(lines[i].label);
	table_plan(&plan.table, lines, n, columns);
	r = add_blank(&layout);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = add_line(&layout, &plan, lines, n, i);
	if (r < 0) {
		layout_done(&layout);
		return r;
	}
	make_fit(&layout, height, count_more(lines, n));
	*ret = layout;
	return 0;
}

void layout_done(struct layout *layout)
{
	free(layout->rows);
	*layout = (struct layout){ 0 };
}
