/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keymap.h"

#include "textfile.h"
#include "util.h"

/* Where a layout is named, the first that does so first. */
static const struct {
	const char *path, *key;
} sources[] = {
	{ "/etc/vconsole.conf", "KEYMAP=" },
	{ "/etc/default/keyboard", "XKBLAYOUT=" },
};

/* The value of a line "KEY=VALUE" of text, without quotes. False: there is none. */
static bool find_value(const char *text, const char *key, char ret[static KEYMAP_NAME_SIZE])
{
	for (const char *line = text; line && *line;
		line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		size_t length;

		if (strncmp(line, key, strlen(key)) != 0)
			continue;
		line += strlen(key);
		line += strspn(line, "\"'");
		length = strcspn(line, "\"'\n \t#");
		if (length == 0 || length >= KEYMAP_NAME_SIZE)
			continue;
		memcpy(ret, line, length);
		ret[length] = '\0';
		return true;
	}
	return false;
}

void keymap_read(const char *root, char ret[static KEYMAP_NAME_SIZE])
{
	*ret = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++) {
		_cleanup_free_ char *text = NULL;

		if (textfile_read(root, sources[i].path, &text) >= 0 &&
			find_value(text, sources[i].key, ret))
			return;
	}
}

bool keymap_check_name(const char *name)
{
	static const char characters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.";
	size_t length = strlen(name);

	return length > 0 && length < KEYMAP_NAME_SIZE && strspn(name, characters) == length &&
	       name[0] != '.';
}
