/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Debian's way to a keyboard layout: by XKB. */

#include <errno.h>

#include "keymap.h"
#include "keymap_parts.h"
#include "textfile.h"
#include "util.h"

#define MODEL_MAP "/usr/share/systemd/kbd-model-map"
#define NONE	  "-"

/* Is word, of so many bytes, the name? */
static bool is_word(const char *word, size_t length, const char *name)
{
	return strlen(name) == length && strncmp(word, name, length) == 0;
}

/* The first of a list "cz,us" or ",phonetic", or nothing for "-". */
static void take_first(const char *word, size_t length, char ret[static KEYMAP_NAME_SIZE])
{
	size_t first = strcspn(word, ", \t\n");

	if (first > length || first >= KEYMAP_NAME_SIZE || is_word(word, length, NONE))
		first = 0;
	memcpy(ret, word, first);
	ret[first] = '\0';
}

/* A line of systemd's table: the name that kbd has for it, then layout, model, variant. */
static bool take_line(const char *line, const char *name, struct keymap_xkb *ret)
{
	const char *words[4];
	size_t lengths[4];

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		line += strspn(line, " \t");
		words[i] = line;
		lengths[i] = strcspn(line, " \t\n");
		line += lengths[i];
		if (lengths[i] == 0)
			return false;
	}
	if (!is_word(words[0], lengths[0], name))
		return false;
	take_first(words[1], lengths[1], ret->layout);
	take_first(words[3], lengths[3], ret->variant);
	return *ret->layout;
}

/* A layout by its own name, or "layout(variant)". */
static bool split_name(const char *root, const char *name, struct keymap_xkb *ret)
{
	_cleanup_(names_done) struct names_list layouts = { 0 };
	size_t length = strcspn(name, "("), rest = strlen(name + length);
	const char *variant = name + length + 1;

	if (length == 0 || strlen(name) >= KEYMAP_NAME_SIZE || (rest > 0 && rest < 3))
		return false;
	if (rest > 0 && (strcspn(variant, "()") != rest - 2 || name[length + rest - 1] != ')'))
		return false;
	(void)snprintf(ret->layout, sizeof(ret->layout), "%.*s", (int)length, name);
	(void)snprintf(ret->variant, sizeof(ret->variant), "%.*s", rest > 0 ? (int)rest - 2 : 0,
		rest > 0 ? variant : "");
	if (keymap_add_layouts(root, &layouts) < 0)
		return false;
	names_sort(&layouts);
	return names_have(&layouts, ret->layout) &&
	       (!*ret->variant || keymap_has_variant(root, ret->layout, ret->variant));
}

bool keymap_find_xkb(const char *root, const char *name, struct keymap_xkb *ret)
{
	_cleanup_free_ char *text = NULL;
	const char *line;

	*ret = (struct keymap_xkb){ 0 };
	if (split_name(root, name, ret))
		return true;
	if (textfile_read(root, MODEL_MAP, &text) < 0)
		return false;
	for (line = text; *line; line += *line == '\n') {
		if (*line != '#' && take_line(line, name, ret))
			return true;
		line += strcspn(line, "\n");
	}
	return false;
}

/* Put the line KEY="value" in the place of one in text, or behind it. */
static int set_line(const char *text, const char *key, const char *value, char **ret)
{
	const char *line = text, *end;

	while (*line && strncmp(line, key, strlen(key)) != 0) {
		line += strcspn(line, "\n");
		line += *line == '\n';
	}
	end = line + strcspn(line, "\n");
	end += *end == '\n';
	return asprintf(ret, "%.*s%s%s\"%s\"\n%s", (int)(line - text), text,
		       line > text && line[-1] != '\n' ? "\n" : "", key, value, end) < 0
		       ? -ENOMEM
		       : 0;
}

int keymap_set_xkb(const char *text, const struct keymap_xkb *xkb, char **ret)
{
	_cleanup_free_ char *half = NULL;
	int r = set_line(text, "XKBLAYOUT=", xkb->layout, &half);

	return r < 0 ? r : set_line(half, "XKBVARIANT=", xkb->variant, ret);
}
