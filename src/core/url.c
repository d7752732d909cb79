/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "url.h"

#include "util.h"

/* The port that a browser takes when none is written. */
static unsigned scheme_port(const char *scheme)
{
	return streq(scheme, "http") ? 80 : 443;
}

/* scheme://host[:port]path of a host as it stands in a URL. */
static const char *format(const struct conf *conf, const char *host, char buf[static URL_MAX])
{
	unsigned port = url_port(conf);
	char suffix[16] = "";

	if (!conf->web_enabled) {
		snprintf(buf, URL_MAX, "%s", host);
		return buf;
	}
	if (port != scheme_port(conf->web_scheme))
		snprintf(suffix, sizeof(suffix), ":%u", port);
	snprintf(buf, URL_MAX, "%s://%s%s%s", conf->web_scheme, host, suffix, conf->web_path);
	return buf;
}

const char *url_format(
	const struct conf *conf, const struct ip_addr *addr, char buf[static URL_MAX])
{
	bool brackets = conf->web_enabled && addr->family == AF_INET6;
	char ip[IP_TEXT_MAX], host[IP_TEXT_MAX + 2];

	snprintf(host, sizeof(host), "%s%s%s", brackets ? "[" : "", ip_format(addr, ip),
		brackets ? "]" : "");
	return format(conf, host, buf);
}

const char *url_format_name(const struct conf *conf, const char *name, char buf[static URL_MAX])
{
	return format(conf, name, buf);
}

unsigned url_port(const struct conf *conf)
{
	return conf->web_port != 0 ? conf->web_port : scheme_port(conf->web_scheme);
}
