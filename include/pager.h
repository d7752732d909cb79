/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A text larger than the screen, to be read: arrows, PgUp, PgDn, Home, End, each with a letter of
 * its own. Only the rows in view are ever asked for, so that a text of 100000 lines costs what a
 * screen costs. */

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

struct pager_text {
	const char *title;
	/* How many lines there are now. */
	size_t (*count)(void *userdata);
	/* One of them, safe to draw, for a screen of so many columns; borrowed until the next call.
	 */
	const char *(*line)(size_t index, int columns, void *userdata);
	void *userdata;
};

/* A key besides those of the pager: a letter with its words at the bottom of the screen. */
struct pager_key {
	int function, twin; /* KEY_F(n) or 0, and a letter or digit */
	const char *name, *text;
};

/* Show it until Esc (returns 0) or one of keys (its twin is returned), or -ECANCELED when the
 * terminal has gone. After screen_wake() the text is asked for anew, where the customer stands in
 * it stays. */
int pager_run(const struct pager_text *text, const struct pager_key *keys, size_t n_keys);
