/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "zone.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

#include "rooted.h"
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
