/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "nearest.h"

#include <ctype.h>

#include "util.h"

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

bool nearest_is_near(unsigned found, const char *written)
{
	return found <= (strlen(written) + 2) / 3;
}
