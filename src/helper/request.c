/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "i18n.h"
#include "names.h"
#include "safe_text.h"
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

/* Is fd a file that nobody can change any more? */
static bool is_sealed(int fd, size_t *ret_size)
{
	int seals = fcntl(fd, F_GET_SEALS);
	struct stat st;

	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || seals < 0 ||
		(seals & SECRET_SEALS) != SECRET_SEALS)
		return false;
	*ret_size = (size_t)st.st_size;
	return true;
}

/* Is it one, and of a size that a password has? */
static int check_memfd(int fd, size_t *ret_size, sd_bus_error *error)
{
	if (!is_sealed(fd, ret_size))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it must come in a sealed memory file."));
	if (*ret_size < 1 || *ret_size > SECRET_MAX)
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it must have 1 to %d bytes."), SECRET_MAX);
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

/* Is it UTF-8 without control characters but ends of lines and tabs? */
static bool is_text(const char *text, size_t size)
{
	_cleanup_free_ char *safe = strdup(text);

	if (!safe || strlen(text) != size)
		return false;
	safe_utf8(safe);
	if (!streq(safe, text))
		return false;
	for (const unsigned char *p = (const unsigned char *)text; *p; p++) {
		/* U+0080 to U+009F are control characters, too. */
		bool c1 = p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f;

		if (c1 || *p == 0x7f || (*p < 0x20 && *p != '\n' && *p != '\t'))
			return false;
	}
	return true;
}

int request_read_report(sd_bus_message *message, char **ret, sd_bus_error *error)
{
	_cleanup_free_ char *text = NULL;
	size_t size = 0;
	int fd, r;

	/* The descriptor is the message's. */
	r = sd_bus_message_read(message, "h", &fd);
	if (r < 0)
		return r;
	if (!is_sealed(fd, &size) || size < 1 || size > REPORT_MAX)
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("The report was not saved: it must come in a sealed memory file of 1 to "
			  "%d bytes."),
			REPORT_MAX);
	text = calloc(1, size + 1);
	if (!text)
		return -ENOMEM;
	if (pread(fd, text, size, 0) != (ssize_t)size)
		return -EIO;
	if (!is_text(text, size))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The report was not saved: it is no text of UTF-8 characters alone."));
	*ret = take_ptr(text);
	return 0;
}
