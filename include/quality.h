/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Is a password good enough? Our own minimum length, then libpwquality by pwquality.conf(5). */

#include <stddef.h>

/* Returns 1 when it is, 0 when not (text: a sentence that says why, in the library's words),
 * negative errno when it cannot be told (text says why). Called in the PAM child only: the library
 * leaves copies of the password in the heap. */
int quality_check(
	const char *user, const char *password, unsigned min_length, size_t size, char *text);
