/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The address that a customer types into a browser. */

#include "conf.h"
#include "ip.h"

#define URL_MAX 512

/* scheme://address[:port]path with IPv6 in brackets (RFC 3986 section 3.2.2) and without the
 * scheme's own port; just the address when the appliance has no web interface. Returns buf. */
const char *url_format(
	const struct conf *conf, const struct ip_addr *addr, char buf[static URL_MAX]);

/* The same with a name in place of the address. */
const char *url_format_name(const struct conf *conf, const char *name, char buf[static URL_MAX]);

/* The TCP port that a browser connects to. */
unsigned url_port(const struct conf *conf);
