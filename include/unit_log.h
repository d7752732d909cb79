/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a unit has logged, by the journal (systemd.journal-fields(7)). */

#include <stddef.h>
#include <stdint.h>

/* The last line that unit has logged since its last start in this boot: its own, else why its
 * program could not be run, else what PID 1 says of it; "" where there is nothing. In UTF-8 without
 * control characters, cut to size. Reads files and waits, at most usec for journald to write what
 * led to a failure: not for an event loop.
 */
int unit_log_last(const char *unit, uint64_t usec, size_t size, char *ret);

#define UNIT_LOG_TEXT 256

struct unit_log_line {
	uint64_t when; /* CLOCK_REALTIME, usec */
	char text[UNIT_LOG_TEXT];
};

/* The last lines, max at most, that unit has logged, in whatever boot, and what PID 1 says of it;
 * the oldest first, in text as above. Returns how many. Reads files: not for an event loop. */
int unit_log_lines(const char *unit, struct unit_log_line *ret, size_t max);

/* The last line with something on it of text (length bytes of any kind), as above. (Exposed for the
 * tests.) */
void unit_log_clean(const char *text, size_t length, size_t size, char *ret);
