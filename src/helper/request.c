/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "request.h"

#include <errno.h>

#include "i18n.h"
#include "names.h"
#include "safe_text.h"
#include "sealed.h"
#include "util.h"

/* What is in the message stays the message's, which is held until it is answered. */
int request_take_secret(sd_bus_message *message, int *ret, sd_bus_error *error)
{
	size_t size = 0;
	int fd, r;

	r = sd_bus_message_read(message, "h", &fd);
	if (r < 0)
		return r;
	if (!sealed_check(fd, &size))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it must come in a sealed memory file."));
	if (size < 1 || size > SECRET_MAX)
		return sd_bus_error_setf(error, BUS_ERROR_REFUSED,
			_("The password was not taken: it must have 1 to %d bytes."), SECRET_MAX);
	*ret = fd;
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
	if (!sealed_check(fd, &size) || size < 1 || size > REPORT_MAX)
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
