/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A test program's conversation with its script: a line from standard input, the lines of the
 * answer, and one ".". */

#include <systemd/sd-event.h>

struct question {
	const char *name; /* the first word of the line; NULL ends the table */
	void (*answer)(void *userdata, const char *argument); /* the rest of it */
};

struct questions {
	const struct question *table;
	void *userdata;
};

/* Answer on this event loop (questions is borrowed); the end of input ends it. Input waits while
 * there are other events, so that an answer tells all that has happened before. */
int questions_attach(sd_event *event, struct questions *questions);
