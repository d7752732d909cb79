/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The text of shadow(5), which may be that of another machine. */

#include <stddef.h>

/* The hash that user has, as it stands there. -ENOENT: there is no line for user; -E2BIG. */
int shadow_text_hash(const char *text, const char *user, size_t size, char *ret);

/* The text with another hash for user, set on that day after 1970-01-01
 * (none where that is not known: 0); every other line stays to
 * the byte. Returns 1, or 0 where it is the hash of before, and *ret is left alone. -ENOENT: there
 * is no line for user; -EINVAL: no such hash can stand in a line; -ENOMEM. Caller frees. */
int shadow_text_set_hash(
	const char *text, const char *user, const char *hash, long days, char **ret);
