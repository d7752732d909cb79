/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a step's program says on its standard output, line by line: "PROGRESS=0..100", "STATUS=" and
 * "MESSAGE=", as in sd_notify(3). Everything else is for the journal. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STEP_STATUS_SIZE  240
#define STEP_MESSAGE_SIZE 360
#define STEP_LINE_SIZE	  1024 /* of a longer one the rest is left out */

/* Told of each line that is for the journal: one line of printable characters. */
typedef void (*step_line_fn)(const char *line, void *userdata);

struct step_lines {
	step_line_fn other;
	void *userdata;
	uint32_t percent;		 /* STEP_PERCENT_UNKNOWN: not said */
	char status[STEP_STATUS_SIZE];	 /* the last one; "": none */
	char message[STEP_MESSAGE_SIZE]; /* likewise */
	char line[STEP_LINE_SIZE];	 /* which has not ended */
	size_t length;
};

/* Take n bytes. Has the program come further, or does it do something else? */
bool step_lines_take(struct step_lines *lines, const char *bytes, size_t n);

/* It has said all: what stands behind the last end of a line is a line, too. */
void step_lines_end(struct step_lines *lines);
