/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which file has the licence text. */

#include "eula.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "catalog.h"
#include "rooted.h"
#include "util.h"

/* Where the name of a language goes into path: before its suffix, else at its end. */
static size_t place_of_language(const char *path)
{
	const char *name = strrchr(path, '/'), *dot = strrchr(path, '.');

	/* A name that begins with a dot has no suffix by that. */
	return dot && (!name || dot > name + 1) && dot > path ? (size_t)(dot - path) : strlen(path);
}

/* Is there a file at path, with so many characters of language in its name? */
static bool try(const char *root, const char *path, const char *language, size_t length,
	char ret[static PATH_MAX])
{
	int place = (int)place_of_language(path);

	if (strcspn(language, "/") < length ||
		snprintf(ret, PATH_MAX, "%.*s%s%.*s%s", place, path, length > 0 ? "." : "",
			(int)length, language, path + place) >= PATH_MAX)
		return false;
	return rooted_type(root, ret) == S_IFREG;
}

int eula_find(const char *root, const char *path, const char *language, char ret[static PATH_MAX])
{
	char found[PATH_MAX];
	size_t whole = strcspn(language, ".@"), first = strcspn(language, "_.@");

	if (*path != '/' || (!(whole > 0 && try(root, path, language, whole, found)) &&
				    !(first > 0 && try(root, path, language, first, found)) &&
				    !try(root, path, "", 0, found)))
		return -ENOENT;
	strcpy(ret, found);
	return 0;
}

bool eula_is_translation(const char *path, const char *file)
{
	size_t place = place_of_language(path), length = strlen(path), more;
	char language[CATALOG_LANGUAGE_MAX];

	if (streq(path, file))
		return true;
	if (strlen(file) <= length + 1 || strncmp(path, file, place) != 0 || file[place] != '.')
		return false;
	more = strlen(file) - length - 1;
	if (more >= sizeof(language) || !streq(file + place + 1 + more, path + place))
		return false;
	memcpy(language, file + place + 1, more);
	language[more] = '\0';
	return catalog_is_language(language);
}
