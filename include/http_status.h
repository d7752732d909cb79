/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The status line of an answer over HTTP/1 (RFC 9112 section 4), as far as it has come. Pure. */

#include <stddef.h>

enum http_status {
	HTTP_PARTIAL, /* good so far, more must come */
	HTTP_KNOWN,   /* *ret_status is the final one, 101 or 200 to 999 */
	HTTP_GARBAGE, /* whatever comes now, it is no HTTP/1 */
};

/* Judge the first size bytes of an answer. Interim answers (RFC 9110 section 15.2) are passed over;
 * a reason phrase may be missing with the space before it, as some servers leave it out. */
enum http_status http_status_parse(const char *data, size_t size, unsigned *ret_status);
