/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A text larger than the screen, to be read: arrows, PgUp, PgDn, Home, End, each with a letter of
 * its own. Only the lines in view are ever asked for, so that a text of 100000 lines costs what a
 * screen costs. On a terminal of plain lines it is printed page by page.
 */

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

#include "safe_text.h"

/* A key besides those of the pager: its words at the bottom of the screen. */
struct pager_key {
	int function, twin;    /* KEY_F(n) or 0, and a letter or digit */
	const safe_char *name; /* "r", "F5/5" */
	const safe_char *text; /* marked by N_() */
};

/* What of the text is on the screen. */
struct pager_view {
	int columns, rows;
	size_t top; /* the first line in view */
};

struct pager {
	const safe_char *title;
	sd_event *event; /* runs while the customer reads */
	/* Make the text what is true now, for this view; returns how many lines it has. Where lines
	 * came or went above, view->top moves along with what stood there. */
	size_t (*update)(struct pager_view *view, void *userdata);
	/* A line in view, safe to draw; borrowed until the next call. */
	const safe_char *(*line)(size_t index, bool *ret_heading, void *userdata);
	void *userdata;
	const struct pager_key *keys; /* none of the pager's own letters: b e g j k n p q */
	size_t n_keys;
	bool must_choose; /* in plain lines Enter at the end of the text is no answer */
	size_t top;	  /* where the customer stands; kept from one run to the next */
};

/* Show it until Esc or q (returns 0) or one of keys (returns its twin), or -ECANCELED when the
 * terminal has gone. */
int pager_run(struct pager *pager);

/* The text is another now: it is drawn anew, at most 20 times a second. No pager, nothing. */
void pager_wake(void);
