/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "names.h"
#include "util.h"

int sealed_memfd(const char *name, const char *bytes, size_t length)
{
	_cleanup_close_ int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return -errno;
	while (length > 0) {
		ssize_t n = write(fd, bytes, length);

		if (n < 0 && errno != EINTR)
			return -errno;
		bytes += n > 0 ? n : 0;
		length -= n > 0 ? (size_t)n : 0;
	}
	if (fcntl(fd, F_ADD_SEALS, SECRET_SEALS) < 0)
		return -errno;
	return take_fd(&fd);
}

bool sealed_check(int fd, size_t *ret_size)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || seals < 0 ||
		(seals & SECRET_SEALS) != SECRET_SEALS)
		return false;
	*ret_size = (size_t)st.st_size;
	return true;
}
