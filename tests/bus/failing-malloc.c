/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Preloaded into a program: an allocation that a test has chosen fails, as it does where there is
 * no memory left. The file that FAILING_MALLOC names holds how many more succeed (0: all do), and
 * how many fail then. */

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct order {
	_Atomic int64_t until; /* counts down to the one that fails; 0: none does */
	_Atomic int64_t fails; /* so many in a row */
};

static struct order *order;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

/* Find the order before main() runs. */
__attribute__((constructor)) static void find_order(void)
{
	const char *path = getenv("FAILING_MALLOC");
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	void *map;

	if (fd < 0)
		return;
	map = mmap(NULL, sizeof(*order), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	if (map != MAP_FAILED)
		order = map;
}

/* Is it this one's turn to fail? */
static bool fails(void)
{
	if (!order || order->until == 0)
		return false;
	if (order->until > 1) {
		order->until--;
		return false;
	}
	if (order->fails-- > 0) {
		errno = ENOMEM;
		return true;
	}
	order->until = 0;
	return false;
}

__attribute__((visibility("default"))) void *malloc(size_t size)
{
	return fails() ? NULL : __libc_malloc(size);
}

__attribute__((visibility("default"))) void *calloc(size_t n, size_t size)
{
	return fails() ? NULL : __libc_calloc(n, size);
}

__attribute__((visibility("default"))) void *realloc(void *p, size_t size)
{
	return fails() ? NULL : __libc_realloc(p, size);
}
