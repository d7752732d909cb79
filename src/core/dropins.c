/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "dropins.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>

#include "util.h"

/* Free the names. */
void dropins_done(struct dropins *dropins)
{
	for (size_t i = 0; i < dropins->n; i++)
		free(dropins->paths[i]);
	dropins->n = 0;
}

/* The file's name in a path. */
static const char *base_name(const char *path)
{
	return strrchr(path, '/') + 1;
}

/* Remember a file, unless one of the same name was found before, which then hides it. */
static int add(struct dropins *dropins, const char *dir, const char *name)
{
	char *path;

	for (size_t i = 0; i < dropins->n; i++)
		if (streq(base_name(dropins->paths[i]), name))
			return 0;
	if (asprintf(&path, "%s/%s", dir, name) < 0)
		return -ENOMEM;
	dropins->paths[dropins->n++] = path;
	return 0;
}

/* Is it a file's name that counts in a .d directory? */
static bool is_dropin_name(const char *name, const char *suffix)
{
	size_t length = strlen(name), end = strlen(suffix);

	return name[0] != '.' && length > end && streq(name + length - end, suffix);
}

/* Find the files of one directory. Returns why there may be more: an errno, -1 for too many of
 * them, or 0; *ret_r: -ENOMEM. */
static int scan(
	struct dropins *dropins, const char *root, const char *dir, const char *suffix, int *ret_r)
{
	char full[PATH_MAX];
	struct dirent *entry;
	int r = 0, why = 0;
	DIR *d;

	if (snprintf(full, sizeof(full), "%s%s", root, dir) >= (int)sizeof(full))
		return ENAMETOOLONG;
	d = opendir(full);
	if (!d)
		return errno == ENOENT ? 0 : errno;
	while (r == 0 && (entry = readdir(d))) {
		if (!is_dropin_name(entry->d_name, suffix))
			continue;
		if (dropins->n == DROPINS_MAX) {
			why = -1;
			break;
		}
		r = add(dropins, dir, entry->d_name);
	}
	closedir(d);
	*ret_r = r;
	return why;
}

/* The order is that of the names, whatever the directory. */
static int compare(const void *a, const void *b)
{
	return strcmp(base_name(*(char *const *)a), base_name(*(char *const *)b));
}

/* Find the files of all directories. */
int dropins_find(const char *root, const char *const *dirs, const char *suffix,
	dropins_complain_fn complain, void *userdata, struct dropins *ret)
{
	int r = 0;

	ret->n = 0;
	for (; *dirs; dirs++) {
		int why = scan(ret, root, *dirs, suffix, &r);

		if (r < 0 || why == ENOMEM)
			return -ENOMEM;
		if (why != 0 && complain)
			complain(*dirs, why > 0 ? why : 0, userdata);
	}
	qsort(ret->paths, ret->n, sizeof(ret->paths[0]), compare);
	return 0;
}
