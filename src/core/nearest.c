/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "nearest.h"

#include <ctype.h>

#include "util.h"

#define NEAREST_FAR 32 /* farther than any name; none of ours is as long */

static unsigned least(unsigned a, unsigned b, unsigned c)
{
	unsigned ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters have to be changed, added or taken away (Levenshtein), in either case. */
static unsigned distance(const char *a, const char *b)
{
	unsigned row[NEAREST_FAR + 1];
	size_t length = strlen(b);

	if (strlen(a) > NEAREST_FAR || length > NEAREST_FAR)
		return NEAREST_FAR;
	for (size_t j = 0; j <= length; j++)
		row[j] = (unsigned)j;
	for (size_t i = 0; a[i] != '\0'; i++) {
		unsigned corner = row[0];

		row[0] = (unsigned)i + 1;
		for (size_t j = 0; j < length; j++) {
			unsigned above = row[j + 1];
			bool same = tolower((unsigned char)a[i]) == tolower((unsigned char)b[j]);

			row[j + 1] = least(above + 1, row[j] + 1, corner + !same);
			corner = above;
		}
	}
	return row[length];
}

unsigned nearest_distance(const char *written, const char *name)
{
	size_t length = strlen(name);

	return length >= 3 && strncasecmp(written, name, length) == 0 ? strlen(written) > length
								      : distance(written, name);
}

struct nearest nearest_begin(const char *written)
{
	return (struct nearest){ .written = written, .distance = 2 * NEAREST_FAR };
}

void nearest_try(struct nearest *search, const char *name, bool aside, const void *item)
{
	unsigned found = 2 * nearest_distance(search->written, name) + aside;

	if (found >= search->distance)
		return;
	search->distance = found;
	search->item = item;
}

const void *nearest_found(const struct nearest *search)
{
	return search->distance / 2 <= (strlen(search->written) + 2) / 3 ? search->item : NULL;
}
