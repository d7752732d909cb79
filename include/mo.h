/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A catalogue of msgfmt(1) in memory ("The Format of GNU MO Files" in the manual of gettext):
 * whatever its bytes are, nothing outside of them is read. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Borrows the bytes. */
struct mo {
	const char *data;
	size_t size;
	bool swapped; /* of the other byte order */
	uint32_t n, originals, translations;
};

/* -EINVAL: no such file, or its texts are not UTF-8. */
int mo_open(const void *data, size_t size, struct mo *ret);

/* The translation within the bytes, NULL where there is none. */
const char *mo_find(const struct mo *mo, const char *text);

/* A field of the head ("X-Name: VALUE"), "" where there is none. Cut where it is longer. */
void mo_field(const struct mo *mo, const char *name, char *ret, size_t size);
