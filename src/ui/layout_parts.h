/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of layout.h: rows as they are added, the table of interfaces, and what goes where
 * there is no room. For layout*.c alone. */

#include "layout.h"

/* What goes first when rows are short: the last. */
enum layout_drop {
	DROP_NEVER,
	DROP_NOTICE,
	DROP_WEB,
	DROP_LINK,
	DROP_INTRO,
	DROP_CERTIFICATE,
	DROP_HOST_KEY,
	DROP_HELP,
	DROP_MORE,
	DROP_ADDRESS, /* a further address of an interface */
	DROP_HEADING,
	DROP_LOGO,
	DROP_BLANK,
	DROP_FAR, /* an interface that is not among the first */
};

#define LAYOUT_INDENT_TABLE 4

/* Interfaces that are worth more than empty rows. */
#define LAYOUT_NEAR_LINKS 4

/* The columns of the table of interfaces. */
enum layout_column {
	COLUMN_NAME,
	COLUMN_STATE,
	COLUMN_MAC,
	COLUMN_ADDRESS,
	COLUMN_ORIGIN,
	COLUMNS_MAX,
};

struct layout_table {
	int width[COLUMNS_MAX]; /* 0: left out */
	bool address_below;	/* on a row of its own */
};

/* What all lines are laid out with. */
struct layout_plan {
	const struct status_line *lines;
	size_t n;
	int columns;
	int hole_rows, hole_columns; /* at the top right, to be kept free */
	struct layout_table table;
	int url_label, fact_label; /* widths of labels */
	bool logo;		   /* there is room beside the hole for the vendor's picture */
	size_t line;		   /* which one is being laid out */
};

/* The cells that text fills. */
int layout_width(const safe_char *text);

/* Another row, with the first length bytes of text. */
int layout_add(struct layout *layout, const struct layout_plan *plan, int x, enum layout_drop drop,
	const safe_char *text, size_t length);

/* An empty row; never two of them. */
int layout_add_blank(struct layout *layout, const struct layout_plan *plan);

/* A sentence, on as many rows as it takes; columns is where the last one may end. */
int layout_add_paragraph(struct layout *layout, const struct layout_plan *plan, int x, int columns,
	enum layout_drop drop, const safe_char *text);

/* What cannot be parted at blanks: whole where it fits at x or further to the left, else broken
 * where the screen ends, as a terminal does. */
int layout_add_whole(struct layout *layout, const struct layout_plan *plan, int x, int columns,
	enum layout_drop drop, const safe_char *text);

/* Is there a picture of the vendor's, and is no row of it wider than what is beside the hole? */
bool layout_has_logo(const struct layout_plan *plan);

/* A row of that picture, which stays or goes as a whole. */
int layout_add_logo(struct layout *layout, const struct layout_plan *plan);

/* Find the widths of the table's columns, and leave out what does not fit. */
void layout_table_plan(struct layout_plan *plan);

/* The cells of a row of the table. */
int layout_table_width(const struct layout_table *table);

/* An interface, or one more address of it. */
int layout_add_link(
	struct layout *layout, const struct layout_plan *plan, const struct status_line *line);

/* Leave out what matters least until the rest fits. */
void layout_make_fit(struct layout *layout, const struct layout_plan *plan, int height);
