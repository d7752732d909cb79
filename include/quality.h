/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Is a password good enough? Our own rules, then libpwquality by pwquality.conf(5). */

#include <stdbool.h>
#include <stddef.h>

struct quality_rules {
	unsigned min_length;  /* in characters */
	unsigned min_classes; /* of lower, upper, digits and others */
	bool dictionary;      /* its words are refused */
	const char *product;  /* no password may hold this name, nor the hostname */
};

/* Returns 1 when it is (text: a remark for who has typed it, or ""), 0 when not (text: a sentence
 * that says why, in the library's words), negative errno when it cannot be told (text says why).
 * Called in the PAM child only: the library leaves copies of the password in the heap. */
int quality_check(const char *user, const char *password, const struct quality_rules *rules,
	size_t size, char *text);
