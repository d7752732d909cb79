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

/* Those that there are now, for the end of the program by exit(3) in the middle of a page. */
static void *mappings[32];

/* Whatever ends us, no secret is left for who looks at what was our memory. */
__attribute__((destructor)) static void clear_all(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(mappings); i++)
		if (mappings[i])
			explicit_bzero(mappings[i], SECRET_MAPPING);
}

/* Put an address in the place of another one. False: it is not there. */
static bool exchange(const void *from, void *to)
{
	for (size_t i = 0; i < ARRAY_SIZE(mappings); i++)
		if (mappings[i] == from) {
			mappings[i] = to;
			return true;
		}
	return false;
}

/* Keep it out of swap, of cores and of children, and note it. */
static int protect(void *bytes)
{
	if (mlock(bytes, SECRET_MAPPING) < 0 || madvise(bytes, SECRET_MAPPING, MADV_DONTDUMP) < 0 ||
		madvise(bytes, SECRET_MAPPING, MADV_WIPEONFORK) < 0)
		return -errno;
	return exchange(NULL, bytes) ? 0 : -ENOBUFS;
}

int secret_init(struct secret *secret)
{
	void *bytes = mmap(
		NULL, SECRET_MAPPING, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int r;

	*secret = (struct secret){ 0 };
	if (bytes == MAP_FAILED)
		return -errno;
	r = protect(bytes);
	if (r < 0) {
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
	if (secret->bytes) {
		(void)exchange(secret->bytes, NULL);
		(void)munmap(secret->bytes, SECRET_MAPPING);
	}
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
