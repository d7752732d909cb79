/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "url.h"

#include "util.h"

/* The port that a browser takes when none is written. */
static unsigned scheme_port(const char *scheme)
{
	return streq(scheme, "http") ? 80 : 443;
}

/* Write the address that a customer types into a browser. */
const char *url_format(
	const struct conf *conf, const struct ip_addr *addr, char buf[static URL_MAX])
{
	bool brackets = addr->family == AF_INET6;
	char ip[IP_TEXT_MAX], port[16] = "";

	ip_format(addr, ip);
	if (!conf->web_enabled) {
		snprintf(buf, URL_MAX, "%s", ip);
		return buf;
	}
	if (conf->web_port != 0 && conf->web_port != scheme_port(conf->web_scheme))
		snprintf(port, sizeof(port), ":%u", conf->web_port);
	snprintf(buf, URL_MAX, "%s://%s%s%s%s%s", conf->web_scheme, brackets ? "[" : "", ip,
		brackets ? "]" : "", port, conf->web_path);
	return buf;
}
