/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* systemd.preset(5): which units are enabled when a machine starts for the first time. */

#include <errno.h>
#include <fnmatch.h>

#include "atomic_file.h"
#include "offline_parts.h"
#include "textfile.h"
#include "words.h"

#define NAMES_MAX 256
#define NAME_SIZE 128

/* A file there hides one of the same name in those behind it. */
static const char *const folders[] = { "/etc/systemd/system-preset",
	"/usr/local/lib/systemd/system-preset", "/usr/lib/systemd/system-preset",
	"/lib/systemd/system-preset" };

/* The names of all files, each once. */
struct names {
	char names[NAMES_MAX][NAME_SIZE];
	size_t n;
};

static int take_name(int dir, const char *name, void *userdata)
{
	struct names *names = userdata;
	size_t length = strlen(name);

	if (length < 7 || length >= NAME_SIZE || !streq(name + length - 7, ".preset") ||
		names->n == NAMES_MAX)
		return 0;
	for (size_t i = 0; i < names->n; i++)
		if (streq(names->names[i], name))
			return 0;
	memcpy(names->names[names->n++], name, length + 1);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* What a text says of the unit: 1 enable, 0 disable, -1 nothing. The first line that names it
 * counts. */
static int judge(char *text, const char *unit)
{
	for (char *line; (line = strsep(&text, "\n"));) {
		const char *rest = line;
		char verb[WORD_MAX], pattern[WORD_MAX];

		if (!words_next(&rest, verb) || !words_next(&rest, pattern) ||
			fnmatch(pattern, unit, FNM_NOESCAPE) != 0)
			continue;
		if (streq(verb, "enable") || streq(verb, "disable"))
			return streq(verb, "enable");
	}
	return -1;
}

/* What the file of this name says, in the first folder that has it. */
static int judge_file(const struct offline_tree *tree, const char *name, const char *unit)
{
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		_cleanup_free_ char *text = NULL;
		char path[OFFLINE_PATH_SIZE];
		int r;

		(void)snprintf(path, sizeof(path), "%s/%s", folders[i], name);
		r = textfile_read(tree->root, path, &text);
		if (r != -ENOENT)
			return r < 0 ? -1 : judge(text, unit);
	}
	return -1;
}

bool offline_preset_enables(const struct offline_tree *tree, const char *unit)
{
	_cleanup_free_ struct names *names = calloc(1, sizeof(*names));
	int verdict = -1;

	if (!names)
		return true;
	for (size_t i = 0; i < ARRAY_SIZE(folders); i++)
		(void)folder_walk(tree->root, folders[i], take_name, names);
	qsort(names->names, names->n, NAME_SIZE, compare_names);
	for (size_t i = 0; i < names->n && verdict < 0; i++)
		verdict = judge_file(tree, names->names[i], unit);
	return verdict != 0; /* what no file names is enabled */
}
