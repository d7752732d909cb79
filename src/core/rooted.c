/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rooted.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include "util.h"

#define LINKS_MAX 40 /* as path_resolution(7) */

/* The place that walk() has come to, below the root: no link leads there. */
struct place {
	char path[PATH_MAX]; /* "" is the root */
	char text[PATH_MAX]; /* the rest of the way: */
	const char *left;    /* in text, what is still to be gone */
	unsigned links;
};

/* Go up from path, but not out of the root. */
static void go_up(struct place *place)
{
	char *slash = strrchr(place->path, '/');

	*(slash ? slash : place->path) = '\0';
}

/* Is this link one of /proc, which may lead anywhere, whatever it reads as? */
static bool is_magic(int root, const char *path)
{
	_cleanup_close_ int fd = openat(root, path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct statfs fs;

	return fd < 0 || fstatfs(fd, &fs) < 0 || fs.f_type == PROC_SUPER_MAGIC;
}

/* Go where a link leads. */
static int follow(struct place *place, const char *target)
{
	char text[PATH_MAX];

	if (++place->links > LINKS_MAX)
		return -ELOOP;
	if (snprintf(text, sizeof(text), "%s/%s", target, place->left) >= (int)sizeof(text))
		return -ENAMETOOLONG;
	memcpy(place->text, text, sizeof(text));
	place->left = place->text;
	if (*target == '/')
		*place->path = '\0';
	else
		go_up(place);
	return 0;
}

/* Go to name, and on where it is a link that is to be followed. */
static int go_to(int root, const char *name, int flags, struct place *place)
{
	bool last = !place->left[strspn(place->left, "/")];
	size_t length = strlen(place->path);
	char target[PATH_MAX];
	ssize_t n;

	if (snprintf(place->path + length, sizeof(place->path) - length, "%s%s",
		    length > 0 ? "/" : "", name) >= (int)(sizeof(place->path) - length))
		return -ENAMETOOLONG;
	n = readlinkat(root, place->path, target, sizeof(target) - 1);
	if (n < 0)
		return errno == EINVAL ? 0 : -errno; /* it is none */
	if (last && (flags & O_NOFOLLOW))
		return 0;
	target[n] = '\0';
	return is_magic(root, place->path) ? -ELOOP : follow(place, target);
}

/* What openat2(2) does, step by step, for kernels and cages without it. Whoever changes the tree
 * meanwhile is not withstood. */
static int walk(int root, const char *path, int flags)
{
	struct place place = { .path = "" };
	int fd, r = 0;

	if (snprintf(place.text, sizeof(place.text), "%s", path) >= (int)sizeof(place.text))
		return -ENAMETOOLONG;
	place.left = place.text;
	while (r == 0 && *place.left) {
		size_t length = strcspn(place.left, "/");
		char name[PATH_MAX];

		(void)snprintf(name, sizeof(name), "%.*s", (int)length, place.left);
		place.left += length + (place.left[length] == '/');
		if (streq(name, ".."))
			go_up(&place);
		else if (*name && !streq(name, "."))
			r = go_to(root, name, flags, &place);
	}
	if (r < 0)
		return r;
	fd = openat(root, *place.path ? place.path : ".", flags | O_NOFOLLOW);
	return fd < 0 ? -errno : fd;
}

int rooted_open(const char *root, const char *path, int flags)
{
	/* openat2(2) takes nothing that has no meaning. */
	const int more = flags & O_PATH ? O_CLOEXEC : O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
	const struct open_how how = {
		.flags = (unsigned)(flags | more),
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	_cleanup_close_ int dir = -1;
	int fd;

	if (!*root) {
		fd = open(path, (int)how.flags);
		return fd < 0 ? -errno : fd;
	}
	dir = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (dir < 0)
		return -errno;
	fd = (int)syscall(SYS_openat2, dir, path, &how, sizeof(how));
	if (fd < 0 && (errno == ENOSYS || errno == EPERM))
		return walk(dir, path, (int)how.flags);
	return fd < 0 ? -errno : fd;
}

int rooted_type(const char *root, const char *path)
{
	_cleanup_close_ int fd = rooted_open(root, path, O_PATH);
	struct stat st;

	if (fd < 0)
		return fd;
	return fstat(fd, &st) < 0 ? -errno : (int)(st.st_mode & S_IFMT);
}

int rooted_stat(const char *root, const char *path, struct stat *ret)
{
	_cleanup_close_ int fd = rooted_open(root, path, O_PATH | O_NOFOLLOW);

	if (fd < 0)
		return fd;
	return fstat(fd, ret) < 0 ? -errno : 0;
}

bool rooted_is_open(const char *root, const struct stat *st)
{
	struct stat whole;

	return stat(*root ? root : "/", &whole) < 0 || st->st_uid != whole.st_uid ||
	       (st->st_mode & S_IWOTH) || ((st->st_mode & S_IWGRP) && st->st_gid != whole.st_gid);
}

/* The same of what is at path, with the links that lead there followed. */
static bool is_open(const char *root, const char *path)
{
	_cleanup_close_ int fd = rooted_open(root, path, O_PATH);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return false; /* reading it will tell why */
	/* /dev/null is written by everybody, and stands for "removed". */
	return (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) && rooted_is_open(root, &st);
}

bool rooted_is_anybodys(const char *root, const char *path)
{
	char folder[PATH_MAX];

	(void)snprintf(folder, sizeof(folder), "%.*s", (int)(strrchr(path, '/') - path), path);
	return is_open(root, path) || is_open(root, folder);
}
