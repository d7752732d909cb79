/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keyboard: vconsole.conf(5), and Debian's keyboard(5), which names layouts as X11 does. */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "atomic_file.h"
#include "i18n.h"
#include "keymap.h"
#include "offline_parts.h"
#include "textfile.h"

#define VCONSOLE  "/etc/vconsole.conf"
#define KEYBOARD  "/etc/default/keyboard"
#define MODEL_MAP "/usr/share/systemd/kbd-model-map"
#define DEPTH_MAX 4

/* -- assignments --------------------------------------------------------------------------------
 */

/* Does the line assign to key? */
static bool assigns(const char *line, const char *key)
{
	line += strspn(line, " \t");
	return strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == '=';
}

/* Let *text say KEY=VALUE once: in the place of the first line that says something else, or at the
 * end. */
static int assign(char **text, const char *key, const char *value, const char *quote)
{
	_cleanup_free_ char *new = NULL;
	const char *line = *text ? *text : "", *next;
	bool written = false;
	size_t size;
	FILE *f = open_memstream(&new, &size);

	if (!f)
		return -ENOMEM;
	for (; *line; line = next) {
		size_t length = strcspn(line, "\n");

		next = line + length + (line[length] == '\n');
		if (!assigns(line, key))
			fprintf(f, "%.*s\n", (int)length, line);
		else if (!written)
			written = fprintf(f, "%s=%s%s%s\n", key, quote, value, quote) > 0;
	}
	if (!written)
		fprintf(f, "%s=%s%s%s\n", key, quote, value, quote);
	if (fclose(f) != 0)
		return -ENOMEM;
	free(*text);
	*text = take_ptr(new);
	return 0;
}

/* -- which keymaps there are --------------------------------------------------------------------
 */

/* A file that is looked for below the folders of keymaps. */
struct search {
	const struct offline_tree *tree;
	const char *folder, *keymap;
	unsigned depth;
	bool found;
};

static int visit(int dir, const char *name, void *userdata);

/* Look into a folder within the one that is searched. */
static int search_below(const struct search *search, const char *name, bool *ret_found)
{
	char path[OFFLINE_PATH_SIZE];
	struct search below = *search;

	if (search->depth == DEPTH_MAX ||
		snprintf(path, sizeof(path), "%s/%s", search->folder, name) >= (int)sizeof(path))
		return 0;
	below.folder = path;
	below.depth++;
	(void)folder_walk(search->tree->root, path, visit, &below);
	*ret_found |= below.found;
	return 0;
}

static int visit(int dir, const char *name, void *userdata)
{
	struct search *search = userdata;
	size_t length = strlen(search->keymap);
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return 0;
	if (S_ISDIR(st.st_mode))
		return search_below(search, name, &search->found);
	search->found |= strncmp(name, search->keymap, length) == 0 &&
			 (streq(name + length, ".map") || streq(name + length, ".map.gz"));
	return 0;
}

/* Has the image this keymap? True where it has none at all: it may come later. */
static bool keymap_exists(const struct offline_tree *tree, const char *keymap)
{
	static const char *const folders[] = { "/usr/share/keymaps", "/usr/share/kbd/keymaps",
		"/usr/lib/kbd/keymaps" };
	bool any = false;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		struct search search = { .tree = tree, .folder = folders[i], .keymap = keymap };

		if (!offline_exists(tree, folders[i]))
			continue;
		any = true;
		(void)folder_walk(tree->root, folders[i], visit, &search);
		if (search.found)
			return true;
	}
	return !any;
}

/* -- layouts ------------------------------------------------------------------------------------
 */

/* The words of a line of the map: keymap, layout, model, variant, options. */
struct layout {
	char words[5][128];
};

/* What the keymap is as a layout, by the map that localed uses, too. */
static bool find_layout(const struct offline_tree *tree, const char *keymap, struct layout *ret)
{
	_cleanup_free_ char *text = NULL;
	char *rest, *line;

	if (textfile_read(tree->root, MODEL_MAP, &text) < 0)
		return false;
	rest = text;
	while ((line = strsep(&rest, "\n")))
		if (*line != '#' &&
			sscanf(line, "%127s %127s %127s %127s %127s", ret->words[0], ret->words[1],
				ret->words[2], ret->words[3], ret->words[4]) == 5 &&
			streq(ret->words[0], keymap))
			return true;
	return false;
}

/* Debian's file, where console-setup reads it. */
static int put_keyboard(struct offline_plan *plan, const struct offline_wish *wish)
{
	static const char *const keys[] = { NULL, "XKBLAYOUT", "XKBMODEL", "XKBVARIANT",
		"XKBOPTIONS" };
	_cleanup_free_ char *text = NULL;
	struct layout layout;
	int r;

	if (!offline_exists(plan->tree, KEYBOARD) && !offline_exists(plan->tree, "/bin/setupcon"))
		return 0;
	if (!find_layout(plan->tree, wish->answers->keymap, &layout))
		return offline_complain(wish, answers_place_of(wish->answers, ANSWER_KEYMAP),
			_("The keymap \"%s\" cannot be set: %s of the image, which says what %s "
			  "has "
			  "to hold, does not have it."),
			wish->answers->keymap, MODEL_MAP, KEYBOARD);
	r = offline_read(plan, KEYBOARD, &text);
	for (size_t i = 1; i < ARRAY_SIZE(keys) && r >= 0; i++)
		r = assign(
			&text, keys[i], streq(layout.words[i], "-") ? "" : layout.words[i], "\"");
	return r < 0 ? r : offline_put(plan, KEYBOARD, text);
}

int offline_keymap(struct offline_plan *plan, const struct offline_wish *wish)
{
	_cleanup_free_ char *text = NULL;
	char now[KEYMAP_NAME_SIZE];
	int r;

	keymap_read(plan->tree->root, now);
	if (streq(now, wish->answers->keymap))
		return 0;
	if (!keymap_exists(plan->tree, wish->answers->keymap))
		return offline_complain(wish, answers_place_of(wish->answers, ANSWER_KEYMAP),
			_("The image has no keymap \"%s\"."), wish->answers->keymap);
	r = offline_read(plan, VCONSOLE, &text);
	if (r >= 0)
		r = assign(&text, "KEYMAP", wish->answers->keymap, "");
	if (r >= 0)
		r = offline_put(plan, VCONSOLE, text);
	return r < 0 ? r : put_keyboard(plan, wish);
}

int offline_read_keymap(struct offline_plan *plan, struct answers *ret)
{
	keymap_read(plan->tree->root, ret->keymap);
	if (*ret->keymap)
		ret->given |= ANSWER_KEYMAP;
	return 0;
}
