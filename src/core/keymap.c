/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "keymap.h"

#include "textfile.h"
#include "util.h"

#define VCONSOLE "/etc/vconsole.conf"
#define DEBIAN	 "/etc/default/keyboard"

/* The value of the last line "KEY=VALUE" of text, without quotes; "": there is none. */
static void find_value(const char *text, const char *key, char ret[static KEYMAP_NAME_SIZE])
{
	*ret = '\0';
	for (const char *line = text; *line; line += *line == '\n') {
		const char *value = line + strlen(key);
		size_t length;

		if (strncmp(line, key, strlen(key)) == 0) {
			value += strspn(value, "\"'");
			length = strcspn(value, "\"'\n \t#");
			(void)snprintf(ret, KEYMAP_NAME_SIZE, "%.*s",
				length < KEYMAP_NAME_SIZE ? (int)length : 0, value);
		}
		line += strcspn(line, "\n");
	}
}

bool keymap_is_debian(const char *root)
{
	_cleanup_free_ char *text = NULL;

	return textfile_read(root, DEBIAN, &text) >= 0;
}

/* What /etc/default/keyboard says. False: there is no such file. */
static bool read_debian(const char *root, struct keymap_xkb *ret)
{
	_cleanup_free_ char *text = NULL;

	if (textfile_read(root, DEBIAN, &text) < 0)
		return false;
	find_value(text, "XKBLAYOUT=", ret->layout);
	find_value(text, "XKBVARIANT=", ret->variant);
	return true;
}

void keymap_read(const char *root, char ret[static KEYMAP_NAME_SIZE])
{
	_cleanup_free_ char *text = NULL;
	struct keymap_xkb xkb;
	int n;

	*ret = '\0';
	if (read_debian(root, &xkb)) {
		n = snprintf(ret, KEYMAP_NAME_SIZE, "%s%s%s%s", xkb.layout, *xkb.variant ? "(" : "",
			xkb.variant, *xkb.variant ? ")" : "");
		if (n < 0 || n >= KEYMAP_NAME_SIZE)
			*ret = '\0';
	} else if (textfile_read(root, VCONSOLE, &text) >= 0) {
		find_value(text, "KEYMAP=", ret);
	}
}

bool keymap_is_set(const char *root, const char *name)
{
	char now[KEYMAP_NAME_SIZE];
	struct keymap_xkb xkb, wanted;

	if (read_debian(root, &xkb))
		return keymap_find_xkb(root, name, &wanted) && streq(xkb.layout, wanted.layout) &&
		       streq(xkb.variant, wanted.variant);
	keymap_read(root, now);
	return streq(now, name);
}

bool keymap_check_name(const char *name)
{
	static const char characters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-.()";
	size_t length = strlen(name);

	return length > 0 && length < KEYMAP_NAME_SIZE && strspn(name, characters) == length &&
	       name[0] != '.' && name[0] != '-';
}
