/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "password_order.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/random.h>

#include "i18n.h"
#include "names.h"
#include "sealed.h"
#include "util.h"

#define PAGE	   4096
#define GROUP	   4
#define GROUPS_MIN 5

/* Not the keys that QWERTZ and AZERTY have elsewhere (a m q w y z), not 0 1 l o, no vowel. */
static const char alphabet[] = "bcdfghjknprstvx23456789";

void password_order_done(struct password_order *order)
{
	if (!order->bytes)
		return;
	explicit_bzero(order->bytes, PAGE);
	(void)munmap(order->bytes, PAGE);
	*order = (struct password_order){ 0 };
}

/* A page for a password of so many bytes. */
static int make_page(size_t length, struct password_order *ret)
{
	void *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED)
		return -ENOMEM;
	*ret = (struct password_order){ page, length };
	if (mlock(page, PAGE) < 0 || madvise(page, PAGE, MADV_DONTDUMP) < 0)
		return -errno;
	return 0;
}

/* A password is one line: PAM's modules and shadow(5) know no other. */
static bool is_one_line(const struct password_order *order)
{
	for (size_t i = 0; i < order->length; i++) {
		unsigned char c = (unsigned char)order->bytes[i];

		if (c < 0x20 || c == 0x7f)
			return false;
	}
	return true;
}

/* Read size bytes of fd. */
static int load(int fd, size_t size, struct password_order *order)
{
	int r = make_page(size, order);

	if (r < 0)
		return r;
	return pread(fd, order->bytes, size, 0) == (ssize_t)size ? 0 : -EIO;
}

int password_order_read(sd_bus_message *message, struct password_order *ret, sd_bus_error *error)
{
	_cleanup_(password_order_done) struct password_order order = { 0 };
	size_t size = 0;
	int fd, r;

	/* The descriptor is the message's. */
	r = sd_bus_message_read(message, "h", &fd);
	if (r < 0)
		return r;
	if (!sealed_check(fd, &size) || size < 1 || size > SECRET_MAX)
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it must come in a sealed memory file."));
	r = load(fd, size, &order);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The password could not be read: %s."), strerror(-r));
	if (!is_one_line(&order))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it holds a character that cannot be typed "
			  "everywhere, such as a line end or a tab."));
	*ret = order;
	order = (struct password_order){ 0 };
	return 0;
}

/* One character, each as likely as the others. */
static int draw_character(char *ret)
{
	const unsigned n = sizeof(alphabet) - 1, limit = 256 / n * n;
	unsigned char byte;

	do
		if (getrandom(&byte, 1, 0) != 1)
			return -errno;
	while (byte >= limit);
	*ret = alphabet[byte % n];
	return 0;
}

int password_order_make(unsigned min_length, struct password_order *ret)
{
	_cleanup_(password_order_done) struct password_order order = { 0 };
	size_t groups = GROUPS_MIN;
	int r;

	while (groups * (GROUP + 1) - 1 < min_length)
		groups++;
	if (groups * (GROUP + 1) > SECRET_MAX)
		return -E2BIG;
	r = make_page(groups * (GROUP + 1) - 1, &order);
	for (size_t i = 0; i < order.length && r >= 0; i++) {
		if (i % (GROUP + 1) == GROUP)
			order.bytes[i] = ' ';
		else
			r = draw_character(&order.bytes[i]);
	}
	if (r < 0)
		return r;
	*ret = order;
	order = (struct password_order){ 0 };
	return 0;
}
