/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "resolvconf.h"
#include "test.h"
#include "util.h"
#include "validate.h"

#define HEAD "# Written by firstboot; what is changed here is lost when settings are saved again.\n"

/* Servers and domains as typed, and the file that they make. */
static void test_table(void)
{
	static const char *const table[][3] = {
		{ "", "", HEAD },
		{ "192.0.2.53", "", HEAD "nameserver 192.0.2.53\n" },
		{ "", "example.com", HEAD "search example.com\n" },
		{ "192.0.2.53 2001:DB8::53", "example.com Example.NET",
			HEAD "search example.com example.net\nnameserver 192.0.2.53\n"
			     "nameserver 2001:db8::53\n" },
		{ "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4", "",
			HEAD "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\n"
			     "nameserver 10.0.0.4\n" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *text = NULL;
		struct net_config config;
		struct problem problem;

		net_config_init(&config, "enp1s0");
		test_assert(validate_dns(table[i][0], &config, &problem));
		test_assert(validate_domains(table[i][1], &config, &problem));
		test_equal_int(resolvconf_render(&config, NULL, &text), 0);
		test_equal_str_at(table[i][0], text, table[i][2]);
	}
}

/* A server that a router has given by its link-local address is of one interface. */
static void test_link_local(void)
{
	char zones[][IFNAMSIZ] = { "enp1s0", "enp1s0" };
	_cleanup_free_ char *text = NULL, *unzoned = NULL;
	struct net_config config;

	net_config_init(&config, "enp1s0");
	config.n_dns = 2;
	test_equal_int(ip_parse("fe80::1", &config.dns[0]), 0);
	test_equal_int(ip_parse("2001:db8::53", &config.dns[1]), 0);
	test_equal_int(resolvconf_render(&config, zones, &text), 0);
	test_equal_str(text, HEAD "nameserver fe80::1%enp1s0\nnameserver 2001:db8::53\n");
	test_equal_int(resolvconf_render(&config, NULL, &unzoned), 0);
	test_equal_str(unzoned, HEAD "nameserver 2001:db8::53\n");
}

int main(void)
{
	test_run(test_table);
	test_run(test_link_local);
	return test_result();
}
