/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Text from outside, made fit to be drawn. DHCP, interface aliases, hostnames, os-release and
 * vendor files may hold escape sequences, cursor movements and direction overrides; what comes out
 * of here is valid UTF-8 on one line, of printable characters, at most SAFE_TEXT_MAX - 1 bytes.
 */

#define SAFE_TEXT_MAX 256

struct safe_str {
	char text[SAFE_TEXT_MAX];
};

/* At most max_columns cells of untrusted (NULL counts as empty; max_columns 0 means no limit but
 * the buffer's). What cannot be drawn becomes '?', what does not fit is cut and ends in "...".
 * Needs setlocale(LC_CTYPE). */
struct safe_str safe_text(const char *untrusted, int max_columns);

/* Make text valid UTF-8 where it stands: each byte that belongs to no character becomes '?', as of
 * one that was cut in two. The bus takes nothing else. */
void safe_utf8(char *text);

/* Likewise, and each byte of a control character (below U+0020, U+007F to U+009F) becomes mark: one
 * line that leaves a terminal as it is. */
void safe_line(char *text, char mark);
