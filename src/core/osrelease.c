/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "osrelease.h"

#include <errno.h>

#include "textfile.h"
#include "util.h"

/* Read the file that os-release(5) says comes first. */
int osrelease_read(const char *root, char **ret)
{
	static const char *const paths[] = { "/etc/os-release", "/usr/lib/os-release" };
	char *none;
	int r;

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		r = textfile_read(root, paths[i], ret);
		if (r == 0 || r == -ENOMEM)
			return r;
	}
	none = strdup("");
	if (!none)
		return -ENOMEM;
	*ret = none;
	return 0;
}

/* The character that a backslash stands before: within double quotes the shell takes a backslash
 * for itself unless it escapes one of these. */
static bool escapes(char quote, char next)
{
	if (quote == '"')
		return next != '\0' && strchr("\"$`\\", next);
	return quote == '\0' && next != '\0' && next != '\n';
}

/* Copy the value at text up to the end of its line into ret, without quotes and backslashes; an
 * unquoted blank ends it, as it does in the shell. */
static void unquote(const char *text, char *ret)
{
	char quote = '\0';

	for (; *text != '\0' && *text != '\n'; text++) {
		if (*text == '\\' && escapes(quote, text[1]))
			*ret++ = *++text;
		else if (*text == quote)
			quote = '\0';
		else if (quote == '\0' && (*text == '"' || *text == '\''))
			quote = *text;
		else if (quote == '\0' && strchr(" \t\r", *text))
			break;
		else
			*ret++ = *text;
	}
	*ret = '\0';
}

/* Find the last assignment to key, which is the one that counts, and return its value. */
int osrelease_get(const char *text, const char *key, char **ret)
{
	size_t length = strlen(key);
	const char *value = "";
	char *copy;

	for (const char *line = text; *line != '\0'; line += strspn(line, "\n")) {
		line += strspn(line, " \t");
		if (strncmp(line, key, length) == 0 && line[length] == '=')
			value = line + length + 1;
		line += strcspn(line, "\n");
	}
	copy = malloc(strcspn(value, "\n") + 1);
	if (!copy)
		return -ENOMEM;
	unquote(value, copy);
	*ret = copy;
	return 0;
}
