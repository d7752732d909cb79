/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "zone.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "rooted.h"
#include "textfile.h"
#include "util.h"

#define LOCALTIME "/etc/localtime"
#define ZONES	  "/usr/share/zoneinfo/"
#define MAGIC	  "TZif"

/* Is it a path below the folder of zones, of the characters that the names of zones have? */
static bool is_name(const char *name)
{
	static const char characters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-/";
	size_t length = strlen(name);

	return length > 0 && length < ZONE_NAME_SIZE && strspn(name, characters) == length &&
	       name[0] != '/' && name[length - 1] != '/' && !strstr(name, "//");
}

void zone_read(const char *root, char ret[static ZONE_NAME_SIZE])
{
	char path[PATH_MAX], target[PATH_MAX], *name;
	ssize_t length;

	(void)snprintf(path, sizeof(path), "%s" LOCALTIME, root);
	length = readlink(path, target, sizeof(target) - 1);
	if (length < 0) {
		(void)strcpy(ret, access(path, F_OK) == 0 ? "" : "UTC");
		return;
	}
	target[length] = '\0';
	name = strstr(target, "zoneinfo/");
	name = name ? name + strlen("zoneinfo/") : target;
	*ret = '\0';
	if (is_name(name))
		memcpy(ret, name, strlen(name) + 1);
}

bool zone_is_installed(const char *root, const char *name)
{
	_cleanup_close_ int fd = -1;
	char path[sizeof(ZONES) + ZONE_NAME_SIZE], magic[sizeof(MAGIC) - 1];
	struct stat st;

	if (!is_name(name))
		return false;
	if (streq(name, "UTC"))
		return true;
	(void)snprintf(path, sizeof(path), ZONES "%s", name);
	fd = rooted_open(root, path, O_RDONLY);
	return fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) &&
	       read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
	       memcmp(magic, MAGIC, sizeof(magic)) == 0;
}

/* The third column of a line "BG TAB +4241+02319 TAB Europe/Sofia"; NULL: it has none. */
static const char *third_column(const char *line)
{
	for (int i = 0; i < 2; i++) {
		line += strcspn(line, "\t\n");
		if (*line != '\t')
			return NULL;
		line++;
	}
	return line;
}

/* All zones of a table. */
static int add_zones(const char *text, struct names_list *list)
{
	int r = 0;

	for (const char *line = text; *line && r >= 0; line += *line == '\n') {
		const char *name = *line == '#' ? NULL : third_column(line);

		if (name)
			r = names_add(list, name, strcspn(name, "\t\n"));
		line += strcspn(line, "\n");
	}
	return r;
}

int zone_list(const char *root, struct names_list *ret)
{
	static const char *const tables[] = { ZONES "zone.tab", ZONES "zone1970.tab" };
	_cleanup_(names_done) struct names_list list = { 0 };
	_cleanup_free_ char *text = NULL;
	int r = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(tables) && r == -ENOENT; i++)
		r = textfile_read(root, tables[i], &text);
	if (r >= 0)
		r = add_zones(text, &list);
	if (r >= 0)
		r = names_add(&list, "UTC", strlen("UTC"));
	if (r < 0)
		return r;
	names_sort(&list);
	*ret = list;
	list = (struct names_list){ 0 };
	return 0;
}
