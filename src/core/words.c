/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "words.h"

#include <fnmatch.h>

#include "util.h"

#define SEPARATORS " \t\r\n,;"

/* Copy the next word of a list. */
bool words_next(const char **text, char ret[static WORD_MAX])
{
	const char *start = *text + strspn(*text, SEPARATORS);
	size_t length = strcspn(start, SEPARATORS);
	size_t kept = length < WORD_MAX ? length : WORD_MAX - 1;

	*text = start + length;
	memcpy(ret, start, kept);
	ret[kept] = '\0';
	return length > 0;
}

bool words_match(const char *list, const char *name)
{
	char pattern[WORD_MAX];

	while (words_next(&list, pattern))
		if (fnmatch(pattern, name, FNM_PATHNAME | FNM_PERIOD) == 0)
			return true;
	return false;
}

bool words_have(const char *list, const char *word)
{
	char next[WORD_MAX];

	while (words_next(&list, next))
		if (streq(next, word))
			return true;
	return false;
}
