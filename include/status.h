/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the dashboard says, as lines: the one source for the screen, for --status and for plain
 * terminals. */

#include <stddef.h>

#include "app.h"

enum status_kind {
	STATUS_TITLE,  /* product and version; value: hostname */
	STATUS_INTRO,  /* the sentence above the URLs */
	STATUS_URL,    /* label: interface, where there are several */
	STATUS_ADVICE, /* in place of URLs: the cause that is true, and what to do */
	STATUS_LINK,   /* label: name; value: state, MAC, addresses, origin */
	STATUS_HELP,   /* documentation */
};

struct status_line {
	enum status_kind kind;
	char label[64];
	char text[512]; /* safe to draw: passed safe_text */
};

/* The lines for what app knows now, most important first. Caller frees *ret_lines. -ENOMEM. */
int status_build(const struct app *app, struct status_line **ret_lines, size_t *ret_n);
