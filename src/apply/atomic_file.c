/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "atomic_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "parent_folder.h"
#include "textfile.h"
#include "util.h"

#define TEMP_TRIES  16
#define TEMP_DIGITS 16

/* A new name beside name, written to temp. */
static int name_temporary(const char *name, size_t size, char *temp)
{
	uint64_t random;

	if (getrandom(&random, sizeof(random), 0) != sizeof(random))
		return -EIO;
	if (snprintf(temp, size, ".%.200s.%016llx", name, (unsigned long long)random) < 0)
		return -EINVAL;
	return 0;
}

/* Make an empty file of a new name beside name in the folder dir; writes the name to temp. */
static int open_temporary(int dir, const char *name, size_t size, char *temp)
{
	for (int i = 0; i < TEMP_TRIES; i++) {
		int fd, r = name_temporary(name, size, temp);

		if (r < 0)
			return r;
		fd = openat(dir, temp, O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0600);
		if (fd >= 0)
			return fd;
		if (errno != EEXIST)
			return -errno;
	}
	return -EEXIST;
}

/* Write all of text to fd and to the disk. */
static int write_whole(int fd, const char *text, mode_t mode)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t n = write(fd, text, left);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		text += n;
		left -= (size_t)n;
	}
	if (fchmod(fd, mode) < 0 || fsync(fd) < 0)
		return -errno;
	return 0;
}

/* Give fd the SELinux label of the file that it will replace; where there is none, it has that of
 * its folder. Without SELinux nothing comes of it. */
static void keep_label(int dir, const char *name, int fd)
{
	_cleanup_close_ int old = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	char label[256];
	ssize_t size = old < 0 ? -1 : fgetxattr(old, "security.selinux", label, sizeof(label));

	if (size > 0)
		(void)fsetxattr(fd, "security.selinux", label, (size_t)size, 0);
}

/* Have fd belong to whom the file belongs that it will replace. */
static int keep_owner(int fd, const struct stat *old)
{
	struct stat new;

	if (fstat(fd, &new) < 0)
		return -errno;
	if (new.st_uid == old->st_uid &&new.st_gid == old->st_gid)
		return 0;
	return fchown(fd, old->st_uid, old->st_gid) < 0 ? -errno : 0;
}

/* Replace name in the folder dir; old: what is there, whose owner stays, NULL for nothing. */
static int replace(int dir, const char *name, const char *text, mode_t mode, const struct stat *old)
{
	_cleanup_close_ int fd = -1;
	char temp[256];
	int r;

	fd = open_temporary(dir, name, sizeof(temp), temp);
	if (fd < 0)
		return fd;
	keep_label(dir, name, fd);
	r = old ? keep_owner(fd, old) : 0;
	if (r == 0)
		r = write_whole(fd, text, mode);
	if (r == 0 && renameat(dir, temp, dir, name) < 0)
		r = -errno;
	if (r < 0) {
		(void)unlinkat(dir, temp, 0);
		return r;
	}
	return fsync(dir) < 0 ? -errno : 0;
}

/* Whose name is in the folder dir of the tree below root, else the folder itself: the tree of
 * another machine may be another account's than ours. */
static int find_owner(int dir, const char *name, struct stat *ret)
{
	if (fstatat(dir, name, ret, AT_SYMLINK_NOFOLLOW) == 0)
		return 0;
	return errno != ENOENT || fstat(dir, ret) < 0 ? -errno : 0;
}

int atomic_write(const char *root, const char *path, const char *text, mode_t mode)
{
	_cleanup_close_ int dir = -1;
	_cleanup_free_ char *name = NULL;
	struct stat owner;
	int r;

	r = parent_folder_open(root, path, mode & 077 ? 0755 : 0700, &dir, &name);
	if (r == 0 && *root)
		r = find_owner(dir, name, &owner);
	return r < 0 ? r : replace(dir, name, text, mode, *root ? &owner : NULL);
}

int atomic_replace(const char *root, const char *path, const char *text)
{
	_cleanup_close_ int dir = -1;
	_cleanup_free_ char *name = NULL;
	struct stat st;
	int r;

	r = parent_folder_open(root, path, 0, &dir, &name);
	if (r < 0)
		return r;
	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? replace(dir, name, text, st.st_mode & 07777, &st) : -EINVAL;
}

int atomic_remove(const char *root, const char *path)
{
	_cleanup_close_ int dir = -1;
	_cleanup_free_ char *name = NULL;
	int r;

	r = parent_folder_open(root, path, 0, &dir, &name);
	if (r == -ENOENT)
		return 0;
	if (r < 0)
		return r;
	if (unlinkat(dir, name, 0) < 0)
		return errno == ENOENT ? 0 : -errno;
	return fsync(dir) < 0 ? -errno : 0;
}

int atomic_rename(const char *root, const char *path, const char *name)
{
	_cleanup_close_ int dir = -1;
	_cleanup_free_ char *old = NULL;
	int r;

	r = parent_folder_open(root, path, 0, &dir, &old);
	if (r < 0)
		return r;
	if (strchr(name, '/'))
		return -EINVAL;
	if (renameat(dir, old, dir, name) < 0)
		return -errno;
	return fsync(dir) < 0 ? -errno : 0;
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

int folder_walk(const char *root, const char *folder, folder_visit_fn visit, void *userdata)
{
	_cleanup_(closedirp) DIR *dir = NULL;
	_cleanup_close_ int parent = -1, fd = -1;
	_cleanup_free_ char *name = NULL;
	struct dirent *entry;
	int r;

	r = parent_folder_open(root, folder, 0, &parent, &name);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	fd = openat(parent, name, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_RDONLY);
	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	dir = fdopendir(fd);
	if (!dir)
		return -errno;
	(void)take_fd(&fd);
	while (errno = 0, entry = readdir(dir)) {
		if (streq(entry->d_name, ".") || streq(entry->d_name, ".."))
			continue;
		r = visit(dirfd(dir), entry->d_name, userdata);
		if (r < 0)
			return r;
	}
	return -errno;
}

/* Remove a name of open_temporary()'s making: ".", the name that it was for, ".", 16 digits. */
static int sweep_name(int dir, const char *name, void *userdata)
{
	const char *prefix = userdata;
	const char *dot = strrchr(name, '.');

	if (name[0] != '.' || strncmp(name + 1, prefix, strlen(prefix)) != 0 || dot == name ||
		strlen(dot) != TEMP_DIGITS + 1 ||
		strspn(dot + 1, "0123456789abcdef") != TEMP_DIGITS)
		return 0;
	return unlinkat(dir, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

int atomic_sweep(const char *root, const char *folder, const char *prefix)
{
	return folder_walk(root, folder, sweep_name, (void *)prefix);
}

int atomic_link(const char *root, const char *path, const char *target)
{
	_cleanup_close_ int dir = -1;
	_cleanup_free_ char *name = NULL;
	char temp[256];
	struct stat owner;
	int r;

	r = parent_folder_open(root, path, 0755, &dir, &name);
	if (r < 0)
		return r;
	r = name_temporary(name, sizeof(temp), temp);
	if (r < 0)
		return r;
	if (symlinkat(target, dir, temp) < 0)
		return -errno;
	if ((*root && (find_owner(dir, name, &owner) < 0 ||
			      fchownat(dir, temp, owner.st_uid, owner.st_gid, AT_SYMLINK_NOFOLLOW) <
				      0)) ||
		renameat(dir, temp, dir, name) < 0) {
		r = -errno;
		(void)unlinkat(dir, temp, 0);
		return r;
	}
	return fsync(dir) < 0 ? -errno : 0;
}

int file_link(const char *root, const char *path, size_t size, char *ret)
{
	_cleanup_close_ int dir = -1;
	_cleanup_free_ char *name = NULL;
	ssize_t length;
	int r;

	r = parent_folder_open(root, path, 0, &dir, &name);
	if (r < 0)
		return r;
	length = readlinkat(dir, name, ret, size);
	if (length < 0)
		return -errno;
	if ((size_t)length >= size)
		return -ENAMETOOLONG;
	ret[length] = '\0';
	return 0;
}

int file_open(const char *root, const char *path)
{
	_cleanup_close_ int dir = -1, fd = -1;
	_cleanup_free_ char *name = NULL;
	struct stat st;
	int r;

	r = parent_folder_open(root, path, 0, &dir, &name);
	if (r < 0)
		return r;
	/* O_NONBLOCK: a planted FIFO must not hang us. */
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st) < 0)
		return -errno;
	return S_ISREG(st.st_mode) ? take_fd(&fd) : -EINVAL;
}

int file_lock(const char *root, const char *path)
{
	const struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
	_cleanup_close_ int dir = -1, fd = -1;
	_cleanup_free_ char *name = NULL;
	struct stat st;
	int r;

	r = parent_folder_open(root, path, 0, &dir, &name);
	if (r < 0)
		return r;
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	if (fd < 0)
		return -errno;
	if (*root && (fstat(dir, &st) < 0 || keep_owner(fd, &st) < 0))
		return -errno;
	if (fcntl(fd, F_OFD_SETLK, &lock) < 0)
		return errno == EACCES ? -EAGAIN : -errno;
	return take_fd(&fd);
}

int file_read(const char *root, const char *path, size_t max, char **ret)
{
	_cleanup_close_ int fd = file_open(root, path);

	return fd < 0 ? fd : textfile_read_fd(fd, max, ret);
}
