/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "layout_parts.h"

#include <errno.h>

#include "i18n.h"
#include "util.h"

#define INDENT_URL 6
/* Of a fact's text: with fewer, it begins behind its label and goes on below. */
#define FACT_COLUMNS 30

#define BESIDE_COLUMNS 32 /* of text beside a picture; fewer are no good to read */
#define FACT_TEXT_MAX  (LAYOUT_TEXT_MAX + 128)

/* A fingerprint of 32 bytes, as browsers print it, and its first half. */
#define DIGEST_COLUMNS (32 * 3 - 1)
#define HALF_COLUMNS   (16 * 3)

/* Where a row that is added now must end. */
static int room(const struct layout *layout, const struct layout_plan *plan)
{
	return (int)layout->n < plan->hole_rows ? plan->columns - plan->hole_columns
						: plan->columns;
}

/* Go on below the hole, where what comes needs more columns than there are beside it. */
static int make_room(struct layout *layout, const struct layout_plan *plan, int columns)
{
	int r = 0;

	while (r >= 0 && room(layout, plan) < plan->columns && room(layout, plan) < columns)
		r = layout_add(layout, plan, 0, DROP_NEVER, OURS(""), 0);
	return r;
}

/* A URL: behind its label where both fit, alone where it fits, else broken where the screen ends.
 * The last two must not be for the sake of a picture. */
static int add_url(
	struct layout *layout, const struct layout_plan *plan, const struct status_line *line)
{
	int width = layout_width(line->text), columns = room(layout, plan);
	int x = plan->url_label > 0 ? LAYOUT_INDENT + plan->url_label + 2 : INDENT_URL;
	size_t first = layout->n;
	int r = layout_add_whole(layout, plan, x, columns, DROP_NEVER, line->text);

	for (size_t i = first; i < layout->n; i++)
		layout->rows[i].url = true;
	if (r < 0)
		return r;
	if (layout->n == first)
		return 0;
	if (plan->url_label > 0 && x + width <= columns)
		(void)safe_format(layout->rows[first].label, sizeof(layout->rows[first].label),
			"%s", line->label);
	else if (plan->url_label > 0 || layout->n > first + 1)
		layout->lost++;
	return 0;
}

/* Is there a column for the labels of facts, and their text in another? */
static bool has_label_column(const struct layout_plan *plan, int columns)
{
	return LAYOUT_INDENT + plan->fact_label + 2 + FACT_COLUMNS < columns;
}

/* Where the text of facts begins. */
static int fact_x(const struct layout_plan *plan, int columns)
{
	return has_label_column(plan, columns) ? LAYOUT_INDENT + plan->fact_label + 2
					       : LAYOUT_INDENT;
}

/* A fact: label, and text under itself. */
static int add_fact(struct layout *layout, const struct layout_plan *plan, const safe_char *label,
	const safe_char *text, enum layout_drop drop)
{
	int columns = room(layout, plan), x = fact_x(plan, columns), r;
	safe_char both[STATUS_LABEL_MAX + FACT_TEXT_MAX];
	size_t first = layout->n;

	if (has_label_column(plan, columns) || !*label) {
		r = layout_add_paragraph(layout, plan, x, columns, drop, *text ? text : OURS(" "));
		if (r >= 0)
			(void)safe_format(layout->rows[first].label,
				sizeof(layout->rows[first].label), "%s", label);
		return r;
	}
	(void)safe_format(both, sizeof(both), "%s  %s", label, text);
	return layout_add_paragraph(layout, plan, x, columns, drop, both);
}

/* The column from which so many cells fit: that of the facts, else that of the labels, else -1. */
static int find_x(const struct layout_plan *plan, int columns, int width)
{
	if (fact_x(plan, columns) + width <= columns)
		return fact_x(plan, columns);
	return LAYOUT_INDENT + width <= columns ? LAYOUT_INDENT : -1;
}

/* Is this hexadecimal bytes with colons between, as many as SHA-256 has? */
static bool is_digest(const safe_char *digits)
{
	return safe_length(digits) == DIGEST_COLUMNS &&
	       strspn(safe_bytes(digits), "0123456789ABCDEFabcdef:") == DIGEST_COLUMNS;
}

/* What customers compare, below what is said of it: on one row, or one half under the other where
 * that is too wide. It is not shown at all where it cannot be shown so. */
static int add_key_below(struct layout *layout, const struct layout_plan *plan,
	const safe_char *key, enum layout_drop drop)
{
	int columns = room(layout, plan), width = layout_width(key);
	int x = find_x(plan, columns, width), r;

	if (x >= 0)
		return layout_add(layout, plan, x, drop, key, safe_length(key));
	x = find_x(plan, columns, HALF_COLUMNS);
	if (x < 0 || !is_digest(key))
		return 0;
	r = layout_add(layout, plan, x, drop, key, HALF_COLUMNS);
	if (r >= 0)
		r = layout_add(
			layout, plan, x, drop, key + HALF_COLUMNS, DIGEST_COLUMNS - HALF_COLUMNS);
	return r;
}

/* A key and what is said of it: on one row where all of it fits. */
static int add_key(struct layout *layout, const struct layout_plan *plan,
	const struct status_line *line, enum layout_drop drop)
{
	const safe_char *space = safe_find(line->key, OURS(" ")),
			*digits = space ? space + 1 : line->key;
	int key = layout_width(line->key), text = layout_width(line->text), columns, r;
	safe_char row[FACT_TEXT_MAX];

	r = make_room(layout, plan, LAYOUT_INDENT + (is_digest(digits) ? HALF_COLUMNS : key));
	if (r < 0)
		return r;
	columns = room(layout, plan);
	if (has_label_column(plan, columns) && find_x(plan, columns, key) > LAYOUT_INDENT) {
		bool both = *line->text && find_x(plan, columns, key + 3 + text) > LAYOUT_INDENT;

		(void)safe_format(row, sizeof(row), "%s%s%s", line->key,
			both ? OURS("   ") : OURS(""), both ? line->text : OURS(""));
		r = add_fact(layout, plan, line->label, row, drop);
		return r < 0 || both || !*line->text
			       ? r
			       : add_fact(layout, plan, OURS(""), line->text, drop);
	}
	/* The algorithm's name stands above the digest where that must be parted. */
	if (find_x(plan, columns, key) >= 0)
		digits = line->key;
	(void)safe_format(row, sizeof(row), "%s%s%.*s", line->text,
		digits > line->key && *line->text ? OURS("; ") : OURS(""),
		digits > line->key ? (int)(digits - line->key) - 1 : 0, line->key);
	r = add_fact(layout, plan, line->label, row, drop);
	return r < 0 ? r : add_key_below(layout, plan, digits, drop);
}

/* Documentation: whole, with the label in front where there is room. */
static int add_help(
	struct layout *layout, const struct layout_plan *plan, const struct status_line *line)
{
	int width = layout_width(line->text), x, r;
	size_t first;

	r = make_room(layout, plan, LAYOUT_INDENT + width);
	if (r < 0)
		return r;
	x = LAYOUT_INDENT + (plan->fact_label > 0 ? plan->fact_label : layout_width(line->label)) +
	    2;
	first = layout->n;
	r = layout_add_whole(layout, plan, x, room(layout, plan), DROP_HELP, line->text);
	if (r >= 0 && first < layout->n && layout->rows[first].x == x)
		(void)safe_format(layout->rows[first].label, sizeof(layout->rows[first].label),
			"%s", line->label);
	return r;
}

/* A cause, and the sentence after it that says what to do. */
static int add_advice(
	struct layout *layout, const struct layout_plan *plan, const struct status_line *line)
{
	const struct status_line *next = line + 1;
	bool hint = next < plan->lines + plan->n && next->kind == STATUS_HINT;
	safe_char text[2 * sizeof(line->text)];

	(void)safe_format(text, sizeof(text), "%s%s%s", line->text, hint ? OURS(" ") : OURS(""),
		hint ? next->text : OURS(""));
	return layout_add_paragraph(
		layout, plan, LAYOUT_INDENT, room(layout, plan), DROP_NEVER, text);
}

/* A sentence with an empty row below. */
static int add_sentence(struct layout *layout, const struct layout_plan *plan,
	const struct status_line *line, enum layout_drop drop)
{
	int r = layout_add_paragraph(
		layout, plan, LAYOUT_INDENT, room(layout, plan), drop, line->text);

	return r < 0 ? r : layout_add_blank(layout, plan);
}

/* Do these kinds stand together, without an empty row between them? */
static bool same_block(enum status_kind a, enum status_kind b)
{
	static const unsigned blocks[] = {
		[STATUS_LOGO] = 4,
		[STATUS_WEB] = 1,
		[STATUS_CERTIFICATE] = 1,
		[STATUS_HOST_KEY] = 1,
		[STATUS_LINK] = 2,
		[STATUS_MORE] = 2,
		[STATUS_HELP] = 3,
	};

	return blocks[a] == blocks[b];
}

/* What stands above the first interface. */
static int add_heading(struct layout *layout, const struct layout_plan *plan)
{
	const safe_char *text = _("Network");
	int width = plan->table.address_below
			    ? plan->columns
			    : LAYOUT_INDENT_TABLE + layout_table_width(&plan->table);
	int r = make_room(layout, plan, width);

	if (r >= 0)
		r = layout_add_blank(layout, plan);
	return r < 0 ? r
		     : layout_add(
			       layout, plan, LAYOUT_INDENT, DROP_HEADING, text, safe_length(text));
}

/* The rows of one line. */
static int add_line(struct layout *layout, const struct layout_plan *plan)
{
	const struct status_line *line = &plan->lines[plan->line];
	bool first = plan->line == 0 || line[-1].kind != line->kind;
	int r = 0;

	if (plan->line > 0 && !same_block(line[-1].kind, line->kind) && line->kind != STATUS_LINK &&
		line->kind != STATUS_LOGO && line[-1].kind != STATUS_LOGO)
		r = layout_add_blank(layout, plan);
	if (r < 0)
		return r;
	switch (line->kind) {
	case STATUS_LOGO:
		return plan->logo ? layout_add_logo(layout, plan) : 0;
	case STATUS_NOTICE:
		return add_sentence(layout, plan, line, DROP_NOTICE);
	case STATUS_INTRO:
		return add_sentence(layout, plan, line, DROP_INTRO);
	case STATUS_URL:
		return add_url(layout, plan, line);
	case STATUS_ADVICE:
		return add_advice(layout, plan, line);
	case STATUS_WEB:
		return add_fact(layout, plan, line->label, line->text, DROP_WEB);
	case STATUS_CERTIFICATE:
		return add_key(layout, plan, line, DROP_CERTIFICATE);
	case STATUS_HOST_KEY:
		return add_key(layout, plan, line, DROP_HOST_KEY);
	case STATUS_LINK:
		r = first ? add_heading(layout, plan) : 0;
		return r < 0 ? r : layout_add_link(layout, plan, line);
	case STATUS_MORE:
		return layout_add(layout, plan, LAYOUT_INDENT_TABLE, DROP_MORE, line->text,
			safe_length(line->text));
	case STATUS_HELP:
		return add_help(layout, plan, line);
	case STATUS_TITLE: /* drawn above the rows */
	case STATUS_HINT:  /* drawn with its cause */
		break;
	}
	return 0;
}

/* The widths of labels. */
static void measure_labels(struct layout_plan *plan)
{
	for (size_t i = 0; i < plan->n; i++) {
		const struct status_line *line = &plan->lines[i];
		int width = layout_width(line->label);

		if (line->kind == STATUS_URL && width > plan->url_label)
			plan->url_label = width;
		if ((line->kind == STATUS_WEB || line->kind == STATUS_CERTIFICATE ||
			    line->kind == STATUS_HOST_KEY || line->kind == STATUS_HELP) &&
			width > plan->fact_label)
			plan->fact_label = width;
	}
}

/* All rows around a hole. */
static int build(struct layout_plan *plan, int height, struct layout *ret)
{
	struct layout layout = { 0 };
	int r;

	plan->logo = layout_has_logo(plan);
	r = layout_add_blank(&layout, plan);
	for (plan->line = 0; plan->line < plan->n && r >= 0; plan->line++)
		r = add_line(&layout, plan);
	if (r < 0) {
		layout_done(&layout);
		return r;
	}
	layout_make_fit(&layout, plan, height);
	*ret = layout;
	return 0;
}

/* Put the box beside the rows, with an empty row above it if that many fit. False: it would cost
 * something. */
static bool place_beside(
	struct layout_plan *plan, int height, const struct layout_box *box, struct layout *layout)
{
	plan->hole_columns = box->columns + 1;
	if (plan->columns - plan->hole_columns < BESIDE_COLUMNS)
		return false;
	for (int above = 1; above >= 0; above--) {
		struct layout other;

		plan->hole_rows = box->rows + above;
		if (plan->hole_rows > height || build(plan, height, &other) < 0)
			continue;
		if (other.lost <= layout->lost) {
			layout_done(layout);
			*layout = other;
			layout->box = *box;
			layout->box.y = above;
			layout->box.x = plan->columns - box->columns;
			return true;
		}
		layout_done(&other);
	}
	return false;
}

/* Put it below the rows. */
static void place_below(
	int columns, int height, const struct layout_box *box, struct layout *layout)
{
	if (box->columns + 2 * LAYOUT_INDENT > columns || (int)layout->n + 1 + box->rows > height)
		return;
	layout->box = *box;
	layout->box.y = (int)layout->n + 1;
	layout->box.x = LAYOUT_INDENT;
}

int layout_build(const struct status_line *lines, size_t n, int columns, int height,
	const struct layout_box *box, struct layout *ret)
{
	struct layout_plan plan = { .lines = lines, .n = n, .columns = columns };
	int r;

	measure_labels(&plan);
	layout_table_plan(&plan);
	r = build(&plan, height, ret);
	if (r < 0 || !box || ret->lost > 0)
		return r;
	if (!place_beside(&plan, height, box, ret))
		place_below(columns, height, box, ret);
	return 0;
}

void layout_done(struct layout *layout)
{
	free(layout->rows);
	*layout = (struct layout){ 0 };
}
