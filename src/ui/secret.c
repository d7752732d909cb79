/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "secret.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "sealed.h"
#include "util.h"

#define MAPPINGS_MAX 256

/* Those that there are now, for the end of the program by exit(3) in the middle of a page. */
static struct {
	void *bytes;
	size_t size; /* as it was asked for; the kernel rounds it up to a page */
} mappings[MAPPINGS_MAX];

/* Whatever ends us, no secret is left for who looks at what was our memory. */
__attribute__((destructor)) static void clear_all(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(mappings); i++)
		if (mappings[i].bytes)
			explicit_bzero(mappings[i].bytes, mappings[i].size);
}

/* Put an address in the place of another one. False: it is not there. */
static bool exchange(const void *from, void *to, size_t size)
{
	for (size_t i = 0; i < ARRAY_SIZE(mappings); i++)
		if (mappings[i].bytes == from) {
			mappings[i].bytes = to;
			mappings[i].size = size;
			return true;
		}
	return false;
}

/* Keep it out of swap, of cores and of children, and note it. */
static int protect(void *bytes, size_t size)
{
	if (mlock(bytes, size) < 0 || madvise(bytes, size, MADV_DONTDUMP) < 0 ||
		madvise(bytes, size, MADV_WIPEONFORK) < 0)
		return -errno;
	return exchange(NULL, bytes, size) ? 0 : -ENOBUFS;
}

int secret_init_size(struct secret *secret, size_t size)
{
	void *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	int r;

	*secret = (struct secret){ 0 };
	if (bytes == MAP_FAILED)
		return -errno;
	r = protect(bytes, size);
	if (r < 0) {
		(void)munmap(bytes, size);
		return r;
	}
	secret->bytes = bytes;
	secret->size = size;
	return 0;
}

int secret_init(struct secret *secret)
{
	return secret_init_size(secret, SECRET_MAX + 1);
}

int secret_copy(struct secret *secret, const char *bytes, size_t length)
{
	int r = secret->bytes ? 0 : secret_init(secret);

	if (r < 0)
		return r;
	if (length >= secret->size)
		return -EMSGSIZE;
	secret_clear(secret);
	memcpy(secret->bytes, bytes, length);
	secret->length = length;
	return 0;
}

void secret_clear(struct secret *secret)
{
	if (secret->bytes)
		explicit_bzero(secret->bytes, secret->size);
	secret->length = 0;
}

void secret_done(struct secret *secret)
{
	secret_clear(secret);
	if (secret->bytes) {
		(void)exchange(secret->bytes, NULL, 0);
		(void)munmap(secret->bytes, secret->size);
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
