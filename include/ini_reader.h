/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A text of [Section] and Key=value lines, each with its number; all that is wrong is told in one
 * run. */

#include <stdbool.h>
#include <stddef.h>

struct ini_reader {
	/* Why a line cannot be taken at all, NULL where it can; may be NULL. */
	const char *(*check)(const char *line, size_t length);
	void (*begin_section)(struct ini_reader *reader, const char *section); /* may be NULL */
	/* 0, or an error that ends the run. */
	int (*take_value)(
		struct ini_reader *reader, const char *section, const char *key, const char *value);
	/* The line reader->line is wrong. what is marked for translation, and not translated. */
	void (*complain)(struct ini_reader *reader, const char *what);
	void *userdata;
	size_t line_max; /* how long a line may be, where that is more than inih takes */
	bool whole;	 /* no comments behind values; may be set for each section */

	unsigned line;	  /* the one that is read */
	const char *next; /* what is still to be read */
	char *long_value; /* of this line, which inih has not seen; owned */
	int r;
};

/* Read all of text. 0, -ENOMEM, or what take_value() returned. */
int ini_reader_run(struct ini_reader *reader, const char *text);
