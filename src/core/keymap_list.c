/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keyboard layouts that are installed. */

#include <dirent.h>
#include <errno.h>
#include <limits.h>

#include "keymap.h"
#include "keymap_parts.h"
#include "textfile.h"
#include "util.h"

#define DEPTH_MAX 4
#define LAYOUTS	  "/usr/share/X11/xkb/rules/base.lst"

/* Where localed finds those of kbd. */
static const char *const folders[] = { "/usr/share/kbd/keymaps", "/usr/lib/kbd/keymaps",
	"/lib/kbd/keymaps" };

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* How long the name of a keymap is without its ending; 0: it is none. */
static size_t name_length(const char *file)
{
	static const char *const endings[] = { ".map", ".map.gz" };
	size_t length = strlen(file);

	for (size_t i = 0; i < ARRAY_SIZE(endings); i++) {
		size_t ending = strlen(endings[i]);

		if (length > ending && streq(file + length - ending, endings[i]))
			return length - ending;
	}
	return 0;
}

/* Add the keymaps of a folder and of those in it. */
static int add_folder(const char *path, unsigned depth, struct names_list *list)
{
	_cleanup_(closedirp) DIR *dir = opendir(path);
	struct dirent *entry;
	int r = 0;

	while (dir && r >= 0 && (entry = readdir(dir))) {
		char inner[PATH_MAX];
		size_t length = name_length(entry->d_name);

		if (entry->d_name[0] == '.')
			continue;
		if (length > 0 && length < KEYMAP_NAME_SIZE)
			r = names_add(list, entry->d_name, length);
		else if (entry->d_type == DT_DIR && depth < DEPTH_MAX &&
			 snprintf(inner, sizeof(inner), "%s/%s", path, entry->d_name) <
				 (int)sizeof(inner))
			r = add_folder(inner, depth + 1, list);
	}
	return r;
}

int keymap_add_layouts(const char *root, struct names_list *list)
{
	_cleanup_free_ char *text = NULL;
	const char *line;
	int r = textfile_read(root, LAYOUTS, &text);

	if (r < 0)
		return r;
	line = strstr(text, "! layout\n");
	line = line ? strchr(line, '\n') + 1 : "";
	for (; *line == ' ' && r >= 0; line += *line == '\n') {
		line += strspn(line, " ");
		/* "custom" is one that somebody may have made. */
		if (strncmp(line, "custom ", strlen("custom ")) != 0)
			r = names_add(list, line, strcspn(line, " \n"));
		line += strcspn(line, "\n");
	}
	return r;
}

bool keymap_has_variant(const char *root, const char *layout, const char *variant)
{
	_cleanup_free_ char *text = NULL;
	const char *line = NULL;

	if (textfile_read(root, LAYOUTS, &text) >= 0)
		line = strstr(text, "! variant\n");
	line = line ? strchr(line, '\n') + 1 : "";
	for (; *line == ' '; line += *line == '\n') {
		size_t length;

		line += strspn(line, " ");
		length = strcspn(line, " \n");
		if (strlen(variant) == length && strncmp(line, variant, length) == 0) {
			const char *of = line + length + strspn(line + length, " ");

			if (strncmp(of, layout, strlen(layout)) == 0 && of[strlen(layout)] == ':')
				return true;
		}
		line += strcspn(line, "\n");
	}
	return false;
}

int keymap_list(const char *root, struct names_list *ret)
{
	_cleanup_(names_done) struct names_list list = { 0 };
	char path[PATH_MAX];
	int r = 0;

	if (keymap_is_debian(root))
		r = keymap_add_layouts(root, &list);
	for (size_t i = 0; i < ARRAY_SIZE(folders) && !keymap_is_debian(root) && r >= 0; i++)
		if (snprintf(path, sizeof(path), "%s%s", root, folders[i]) < (int)sizeof(path))
			r = add_folder(path, 0, &list);
	if (r < 0 || list.n == 0)
		return r < 0 ? r : -ENOENT;
	names_sort(&list);
	*ret = list;
	list = (struct names_list){ 0 };
	return 0;
}

bool keymap_is_installed(const char *root, const char *name)
{
	_cleanup_(names_done) struct names_list list = { 0 };
	struct keymap_xkb xkb;

	if (!keymap_check_name(name))
		return false;
	if (keymap_is_debian(root))
		return keymap_find_xkb(root, name, &xkb);
	return keymap_list(root, &list) >= 0 && names_have(&list, name);
}
