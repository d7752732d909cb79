/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test.h"
#include "url.h"
#include "util.h"

/* What is configured, the address, the link. */
static void test_table(void)
{
	static const struct {
		bool enabled;
		const char *scheme;
		unsigned port;
		const char *path, *address, *expected;
	} table[] = {
		{ true, "https", 0, "/", "192.0.2.10", "https://192.0.2.10/" },
		{ true, "https", 443, "/", "192.0.2.10", "https://192.0.2.10/" },
		{ true, "http", 80, "/", "192.0.2.10", "http://192.0.2.10/" },
		{ true, "http", 443, "/", "192.0.2.10", "http://192.0.2.10:443/" },
		{ true, "https", 80, "/", "192.0.2.10", "https://192.0.2.10:80/" },
		{ true, "https", 8443, "/ui/", "192.0.2.10", "https://192.0.2.10:8443/ui/" },
		{ true, "https", 65535, "/", "2001:db8::10", "https://[2001:db8::10]:65535/" },
		{ true, "https", 0, "/", "2001:DB8:0:0::10", "https://[2001:db8::10]/" },
		{ false, "https", 8443, "/ui/", "192.0.2.10", "192.0.2.10" },
		{ false, "https", 0, "/", "2001:db8::10", "2001:db8::10" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char scheme[8], path[16], buf[URL_MAX];
		struct conf conf = {
			.web_enabled = table[i].enabled,
			.web_scheme = strcpy(scheme, table[i].scheme),
			.web_port = table[i].port,
			.web_path = strcpy(path, table[i].path),
		};
		struct ip_addr addr;

		test_equal_int(ip_parse(table[i].address, &addr), 0);
		test_equal_str(url_format(&conf, &addr, buf), table[i].expected);
	}
}

int main(void)
{
	test_run(test_table);
	return test_result();
}
