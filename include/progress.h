/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A list of the things that happen one after another, a line each: what is done, what is being
 * done and for how long, and, on one line, what is still to come.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "box.h"
#include "safe_text.h"

#define PROGRESS_MAX	  56
#define PROGRESS_LINE_MAX 256
#define PROGRESS_NONE	  SIZE_MAX

enum progress_state {
	PROGRESS_HIDDEN, /* may not come at all: nothing is said of it */
	PROGRESS_WAITING,
	PROGRESS_WORKING,
	PROGRESS_DONE,
	PROGRESS_WARNING, /* done, and text says what is not well */
	PROGRESS_FAILED,
};

struct progress_line {
	enum progress_state state, told; /* told: printed, where there is no screen */
	const safe_char *name;		 /* while it waits: a word or two; borrowed */
	safe_char working[PROGRESS_LINE_MAX], done[PROGRESS_LINE_MAX];
	unsigned told_quarters; /* of it, likewise */
	unsigned percent; /* while it is worked at: a bar below it, where more than 0 is done */
	bool foreign;	  /* a vendor's: how long it takes nobody knows */
};

struct progress {
	const safe_char *title; /* borrowed */
	struct progress_line lines[PROGRESS_MAX];
	size_t n;
	bool quiet;	/* nothing is printed where there is no screen */
	uint64_t since; /* when the present line began, CLOCK_MONOTONIC usec */
};

/* Add a line that waits; working and done are copied. Returns its place, PROGRESS_NONE where there
 * is no room. */
size_t progress_add(struct progress *progress, const safe_char *name, const safe_char *working,
	const safe_char *done);

/* A line has come to another state; earlier ones are done with that, those that never began are not
 * shown any more. text (or NULL) stands in place of its words from now on. at may be PROGRESS_NONE:
 * nothing happens. */
void progress_set(
	struct progress *progress, size_t at, enum progress_state state, const safe_char *text);

/* So many percent of a line that is being worked at are done; more than 100 count as 100. */
void progress_percent(struct progress *progress, size_t at, unsigned percent);

/* Where there is no screen: print at once, on standard error, what is being done and how much of it
 * is; percent above 100: that is not known. */
void progress_say(const struct progress *progress, const safe_char *text, unsigned percent);

/* The line that is being worked at has failed. */
void progress_fail(struct progress *progress);

/* It is over, but text is to be said of it. */
void progress_warn(struct progress *progress, const safe_char *text);

/* Draw it (reply_paint_fn; userdata is the progress). Where there is no screen, each line is
 * printed on standard error once it is over. */
void progress_paint(unsigned seconds, void *userdata);

/* What has failed and why, and whether to try again. ANSWER_EXTRA: emergency, where it is offered.
 */
enum answer progress_ask_again(struct progress *progress, const safe_char *reason, bool emergency);
