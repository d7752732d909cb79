/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sealed.h"
#include "util.h"

/* The mapping holds SECRET_MAX bytes and a NUL; the kernel rounds it up to a page. */
#define SECRET_MAPPING (SECRET_MAX + 1)

int secret_init(struct secret *secret)
{
	void *bytes = mmap(
		NULL, SECRET_MAPPING, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*secret = (struct secret){ 0 };
	if (bytes == MAP_FAILED)
		return -errno;
	if (mlock(bytes, SECRET_MAPPING) < 0 || madvise(bytes, SECRET_MAPPING, MADV_DONTDUMP) < 0 ||
		madvise(bytes, SECRET_MAPPING, MADV_WIPEONFORK) < 0) {
		int r = -errno;

		(void)munmap(bytes, SECRET_MAPPING);
		return r;
	}
	secret->bytes = bytes;
	return 0;
}

void secret_clear(struct secret *secret)
{
	if (secret->bytes)
		explicit_bzero(secret->bytes, SECRET_MAPPING);
	secret->length = 0;
}

void secret_done(struct secret *secret)
{
	secret_clear(secret);
	if (secret->bytes)
		(void)munmap(secret->bytes, SECRET_MAPPING);
	*secret = (struct secret){ 0 };
}

int secret_from_memfd(struct secret *secret, int fd)
{
	ssize_t n;

	secret_clear(secret);
	/* Its offset is where the other side has ended to write. */
	if (!secret->bytes || lseek(fd, 0, SEEK_SET) < 0)
		return -EINVAL;
	n = read(fd, secret->bytes, SECRET_MAX + 1);
	if (n < 1 || n > SECRET_MAX) {
		secret_clear(secret);
		return n < 0 ? -errno : -EINVAL;
	}
	secret->bytes[n] = '\0';
	secret->length = (size_t)n;
	return 0;
}

int secret_to_memfd(const struct secret *secret)
{
	return sealed_memfd("firstboot-secret", secret->bytes, secret->length);
}
