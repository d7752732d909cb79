/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "rooted.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "util.h"

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
