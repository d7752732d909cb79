/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where the lines of a status stand on a screen of a given size: wraps sentences, aligns the table
 * of interfaces, and leaves out what matters least where there is no room. Draws nothing. */

#include "status.h"

#define LAYOUT_INDENT	2
#define LAYOUT_TEXT_MAX 512

struct layout_row {
	int x;
	bool url;		      /* to be drawn last, and to stand out */
	bool link;		      /* an interface */
	char label[STATUS_LABEL_MAX]; /* in front of a URL, at LAYOUT_INDENT */
	unsigned drop;		      /* 0: stays; the highest is left out first */
	char text[LAYOUT_TEXT_MAX];
};

struct layout {
	struct layout_row *rows; /* owned */
	size_t n, allocated;
};

/* The rows between title and keys. -ENOMEM. */
int layout_build(
	const struct status_line *lines, size_t n, int columns, int height, struct layout *ret);

void layout_done(struct layout *layout);
