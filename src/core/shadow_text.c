/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "shadow_text.h"

#include <errno.h>

#include "util.h"

/* The line of user in a text of lines "NAME:...", NULL: it has none. */
static const char *find_line(const char *text, const char *user)
{
	size_t length = strlen(user);

	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n')
		if (strncmp(line, user, length) == 0 && line[length] == ':')
			return line;
	return NULL;
}

/* Where the field of this number begins in a line, and how long it is. False: it has none. */
static bool find_field(const char *line, unsigned number, const char **ret, size_t *ret_length)
{
	for (; number > 0; number--) {
		line += strcspn(line, ":\n");
		if (*line != ':')
			return false;
		line++;
	}
	*ret = line;
	*ret_length = strcspn(line, ":\n");
	return true;
}

int shadow_text_hash(const char *text, const char *user, size_t size, char *ret)
{
	const char *line = find_line(text, user), *field;
	size_t length;

	if (!line || !find_field(line, 1, &field, &length))
		return -ENOENT;
	if (length >= size)
		return -E2BIG;
	memcpy(ret, field, length);
	ret[length] = '\0';
	return 0;
}

int shadow_text_set_hash(
	const char *text, const char *user, const char *hash, long days, char **ret)
{
	const char *line = find_line(text, user), *old, *changed;
	size_t old_length, changed_length;
	char date[24] = "";

	if (!*hash || strpbrk(hash, ":\r\n"))
		return -EINVAL;
	if (!line || !find_field(line, 1, &old, &old_length) ||
		!find_field(line, 2, &changed, &changed_length))
		return -ENOENT;
	if (strlen(hash) == old_length && strncmp(hash, old, old_length) == 0)
		return 0;
	/* Day 0 would have every login ask for another password. */
	if (days > 0)
		(void)snprintf(date, sizeof(date), "%ld", days);
	return asprintf(ret, "%.*s%s:%s%s", (int)(old - text), text, hash, date,
		       changed + changed_length) < 0
		       ? -ENOMEM
		       : 1;
}
