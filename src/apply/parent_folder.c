/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "parent_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "util.h"

/* A new folder in parent, of the same owner. The umask must not make it unreadable for networkd,
 * which is not root. */
static int settle_folder(int parent, int child, mode_t mode)
{
	struct stat in, st;

	if (fstat(parent, &in) < 0 || fstat(child, &st) < 0 || fchmod(child, mode) < 0)
		return -errno;
	if (in.st_uid == st.st_uid && in.st_gid == st.st_gid)
		return 0;
	return fchown(child, in.st_uid, in.st_gid) < 0 ? -errno : 0;
}

/* Open the folder called name in *fd, made with this mode where it is missing, unless that is 0;
 * *fd moves to it. */
static int enter_folder(int *fd, const char *name, mode_t mode)
{
	const int flags = O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_RDONLY;
	_cleanup_close_ int child = -1;
	int r = 0;

	if (streq(name, ".."))
		return -EINVAL;
	child = openat(*fd, name, flags);
	if (child < 0 && errno == ENOENT && mode) {
		/* What is written in a new folder is there after a power cut if the folder is. */
		if (mkdirat(*fd, name, mode) < 0 ? errno != EEXIST : fsync(*fd) < 0)
			return -errno;
		child = openat(*fd, name, flags);
		if (child >= 0)
			r = settle_folder(*fd, child, mode);
	}
	if (child < 0)
		return -errno;
	if (r < 0)
		return r;
	close(*fd);
	*fd = take_fd(&child);
	return 0;
}

/* Walk from *fd through the folders of path, one by one; *fd moves to the last, which is made with
 * this mode. */
static int enter_folders(int *fd, char *path, mode_t mode)
{
	char *save = NULL;
	int r = 0;

	for (char *name = strtok_r(path, "/", &save); name && r == 0;
		name = strtok_r(NULL, "/", &save))
		r = enter_folder(fd, name, mode && *save ? 0755 : mode);
	return r;
}

/* Open folder below fd in one step that the kernel keeps within fd and off symbolic links. -1: it
 * is not to be had so, or the kernel is older than 5.6. */
static int open_beneath(int fd, const char *folder)
{
	const struct open_how how = {
		.flags = O_DIRECTORY | O_CLOEXEC | O_RDONLY,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};

	return (int)syscall(SYS_openat2, fd, folder, &how, sizeof(how));
}

int parent_folder_open(
	const char *root, const char *path, mode_t make, int *ret_fd, char **ret_name)
{
	_cleanup_close_ int fd = -1;
	_cleanup_free_ char *folder = NULL, *name = NULL;
	const char *last = strrchr(path, '/');
	int beneath, r;

	if (!last || !last[1] || streq(last, "/.") || streq(last, "/.."))
		return -EINVAL;
	folder = strndup(path + 1, last > path ? (size_t)(last - path - 1) : 0);
	name = strdup(last + 1);
	if (!folder || !name)
		return -ENOMEM;
	fd = open(*root ? root : "/", O_DIRECTORY | O_CLOEXEC | O_RDONLY);
	if (fd < 0)
		return -errno;
	beneath = strstr(path, "..") ? -1 : open_beneath(fd, *folder ? folder : ".");
	/* Step by step: what is missing is made, and what stands in the way has a name. */
	r = beneath < 0 ? enter_folders(&fd, folder, make) : 0;
	if (r < 0)
		return r;
	if (beneath >= 0) {
		close(fd);
		fd = beneath;
	}
	*ret_fd = take_fd(&fd);
	*ret_name = take_ptr(name);
	return 0;
}
