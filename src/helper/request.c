/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "i18n.h"
#include "names.h"
#include "util.h"

#define SECRET_PAGE 4096

void request_secret_done(struct request_secret *secret)
{
	if (!secret->bytes)
		return;
	explicit_bzero(secret->bytes, SECRET_PAGE);
	(void)munmap(secret->bytes, SECRET_PAGE);
	*secret = (struct request_secret){ 0 };
}

/* Is fd a file that nobody can change any more, of a size that a password has? */
static int check_memfd(int fd, size_t *ret_size, sd_bus_error *error)
{
	struct stat st;
	int seals = fcntl(fd, F_GET_SEALS);

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || seals < 0 ||
		(seals & SECRET_SEALS) != SECRET_SEALS)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it must come in a sealed memory file."));
	if (st.st_size < 1 || st.st_size > SECRET_MAX)
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it must have 1 to %d bytes."), SECRET_MAX);
	*ret_size = (size_t)st.st_size;
	return 0;
}

/* Read size bytes of fd into a page of its own. */
static int load_secret(int fd, size_t size, struct request_secret *secret)
{
	void *page =
		mmap(NULL, SECRET_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -ENOMEM;
	secret->bytes = page;
	secret->length = size;
	if (mlock(page, SECRET_PAGE) < 0 || madvise(page, SECRET_PAGE, MADV_DONTDUMP) < 0)
		return -errno;
	if (pread(fd, page, size, 0) != (ssize_t)size)
		return -EIO;
	return 0;
}

/* A password is one line: PAM's modules and shadow(5) know no other. */
static bool is_one_line(const struct request_secret *secret)
{
	for (size_t i = 0; i < secret->length; i++) {
		unsigned char c = (unsigned char)secret->bytes[i];

		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}

int request_read_secret(sd_bus_message *message, struct request_secret *ret, sd_bus_error *error)
{
	_cleanup_(request_secret_done) struct request_secret secret = { 0 };
	size_t size = 0;
	int fd, r;

	/* The descriptor is the message's. */
	r = sd_bus_message_read(message, "h", &fd);
	if (r < 0)
		return r;
	r = check_memfd(fd, &size, error);
	if (r < 0)
		return r;
	r = load_secret(fd, size, &secret);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The password could not be read: %s."), strerror(-r));
	if (!is_one_line(&secret))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it holds a character that cannot be typed "
			  "everywhere, such as a line end or a tab."));
	*ret = secret;
	secret = (struct request_secret){ 0 };
	return 0;
}
