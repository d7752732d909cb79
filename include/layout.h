/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where the lines of a status stand on a screen of a given size: wraps sentences under themselves,
 * aligns the table of interfaces, keeps a box free for a picture, and leaves out what matters least
 * where there is no room. Draws nothing. */

#include "safe_text.h"
#include "status.h"

#define LAYOUT_INDENT	2
#define LAYOUT_TEXT_MAX 512

struct layout_row {
	int x;
	bool url;			   /* to be drawn last, and to stand out */
	bool link;			   /* an interface */
	safe_char label[STATUS_LABEL_MAX]; /* in front of the text, at LAYOUT_INDENT */
	unsigned drop;			   /* 0: stays; the highest is left out first */
	size_t line;			   /* what came of one line is left out as a whole */
	safe_char text[LAYOUT_TEXT_MAX];
};

/* Cells, or where they begin. */
struct layout_box {
	int rows, columns, y, x;
};

struct layout {
	struct layout_row *rows; /* owned */
	size_t n, allocated;
	size_t lost; /* rows that were left out, but for empty ones */
	struct layout_box box;
};

/* The rows between title and keys. Box, NULL for none, tells the cells of a picture: beside the
 * rows, to the right, or below them. ret->box is where it stands then; without rows where it would
 * cost a row that is not empty. -ENOMEM. */
int layout_build(const struct status_line *lines, size_t n, int columns, int height,
	const struct layout_box *box, struct layout *ret);

void layout_done(struct layout *layout);
