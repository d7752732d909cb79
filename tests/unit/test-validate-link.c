/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "alone.h"
#include "test.h"
#include "util.h"
#include "validate.h"

#define L10 "abcdefghij"
#define S80 "                                                                                "
#define L63 L10 L10 L10 L10 L10 L10 "abc"

/* Check that a refusal is in whole, harmless sentences and names what it should. */
static void check_problem(const char *text, const struct problem *problem, const char *expected)
{
	size_t length = strlen(problem->text);

	if (length == 0 || problem->text[length - 1] != '.' || !strstr(problem->text, expected))
		test_fail("\"%s\": expected \"%s\" in \"%s\"", text, expected, problem->text);
	for (const char *p = problem->text; *p != '\0'; p++)
		test_assert(*p >= ' ');
}

/* A link with fixed addresses of both families. */
static struct net_config fixed(void)
{
	struct net_config config;
	struct problem problem;

	net_config_init(&config, "enp1s0");
	config.v4.method = config.v6.method = NET_METHOD_STATIC;
	test_assert(validate_addresses("192.0.2.10/24", AF_INET, &config.v4, &problem));
	test_assert(validate_addresses("2001:db8::10/64", AF_INET6, &config.v6, &problem));
	return config;
}

/* Numbers of VLANs. */
static void test_vlan_id(void)
{
	static const struct {
		const char *text;
		uint16_t id;
		const char *expected;
	} table[] = {
		{ "1", 1, NULL },
		{ " 10\n", 10, NULL },
		{ "4094", 4094, NULL },
		{ "010", 10, NULL },
		{ "", 0, "1 to 4094" },
		{ " ", 0, "1 to 4094" },
		{ "0", 0, "0 is no VLAN" },
		{ "4095", 0, "4095 is no VLAN" },
		{ "65546", 0, "65546 is no VLAN" },
		{ "4294967306", 0, "4294967306 is no VLAN" },
		{ "99999999999999999999", 0, "is no VLAN" },
		{ "-1", 0, "-1 is no VLAN" },
		{ "10 20", 0, "10 20 is no VLAN" },
		{ "vlan10", 0, "vlan10 is no VLAN" },
		{ "1\x1b[2J", 0, "1?[2J is no VLAN" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct problem problem;
		uint16_t id = 7;
		bool good = validate_vlan_id(table[i].text, &id, &problem);

		test_equal_int(good, !table[i].expected);
		test_equal_int(id, good ? table[i].id : 7);
		if (!good)
			check_problem(table[i].text, &problem,
				table[i].expected ? table[i].expected : "");
	}
}

/* MTUs, with IPv6 and without. */
static void test_mtu(void)
{
	static const struct {
		const char *text;
		bool v6;
		uint32_t mtu;
		const char *expected;
	} table[] = {
		{ "", true, 0, NULL },
		{ " \t", true, 0, NULL },
		{ "1500", true, 1500, NULL },
		{ "1280", true, 1280, NULL },
		{ "9216", true, 9216, NULL },
		{ "576", false, 576, NULL },
		{ "1279", true, 0, "1279 is too small for IPv6" },
		{ "575", false, 0, "from 576 to 9216" },
		{ "575", true, 0, "from 1280 to 9216" },
		{ "9217", true, 0, "from 1280 to 9216" },
		{ "0", true, 0, "0 is no MTU" },
		{ "9000 bytes", true, 0, "9000 bytes is no MTU" },
		{ "1500.", true, 0, "is no MTU" },
		{ "4294968796", true, 0, "is no MTU" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = fixed();
		struct problem problem;
		uint32_t mtu = 7;
		bool good;

		if (!table[i].v6)
			config.v6.method = NET_METHOD_OFF;
		good = validate_mtu(table[i].text, &config, &mtu, &problem);
		test_equal_int(good, !table[i].expected);
		test_equal_int(mtu, good ? table[i].mtu : 7);
		if (!good)
			check_problem(table[i].text, &problem,
				table[i].expected ? table[i].expected : "");
		config.mtu = mtu;
		if (good && !validate_alone(&config, &problem))
			test_fail("%s", problem.text);
	}
}

/* Time servers, and what is kept of the first one. */
static void test_ntp_taken(void)
{
	static const struct {
		const char *text, *first;
		size_t n;
	} table[] = {
		{ "", "", 0 },
		{ "ntp.example.com", "ntp.example.com", 1 },
		{ "NTP.Example.com.", "ntp.example.com", 1 },
		{ "192.0.2.123", "192.0.2.123", 1 },
		{ "2001:DB8:0::123", "2001:db8::123", 1 },
		{ "0.pool.example, 1.pool.example;2.pool.example 192.0.2.1", "0.pool.example", 4 },
		{ "time", "time", 1 },
		{ L63 "." L63 "." L63 "." L10 L10 L10 L10 L10 L10 "a",
			L63 "." L63 "." L63 "." L10 L10 L10 L10 L10 L10 "a", 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = { .n_ntp = 3 };
		struct problem problem;

		if (!validate_ntp(table[i].text, &config, &problem))
			test_fail("\"%s\" was refused: %s", table[i].text, problem.text);
		test_equal_int((long long)config.n_ntp, (long long)table[i].n);
		test_equal_str_at(table[i].text, config.ntp[0], table[i].first);
	}
}

/* Time servers that are refused, and why. */
static void test_ntp_refused(void)
{
	static const char *const table[][2] = {
		{ "a a", "a stands there twice" },
		{ "2001:db8::1 2001:db8:0::1", "2001:db8::1 stands there twice" },
		{ "a b c d e", "More than 4 time servers do not fit. Remove e." },
		{ "192.0.2.300", "neither an address nor a name" },
		{ "1.2", "neither an address nor a name" },
		{ "2001:db8::/64", "not an IPv6 address" },
		{ "192.0.2.1/24", "not allowed" },
		{ "127.0.0.1", "loopback" },
		{ "fe80::1", "link-local" },
		{ "224.0.1.1", "multicast" },
		{ "localhost", "this machine itself" },
		{ "ntp_1", "underscore" },
		{ "-a", "dash" },
		{ "a..b", "dot too many" },
		{ "https://a", "not an IPv6 address" },
		{ "a%b", "not allowed" },
		{ L63 "." L63 "." L63 "." L10 L10 L10 L10 L10 L10 "abc", "too long" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = { .n_ntp = 3 };
		struct problem problem;

		if (validate_ntp(table[i][0], &config, &problem))
			test_fail("\"%s\" was taken", table[i][0]);
		else
			check_problem(table[i][0], &problem, table[i][1]);
		test_equal_int((long long)config.n_ntp, 3);
	}
}

/* Routes, how many they are, and how the last one is written. */
static void test_routes_taken(void)
{
	static const struct {
		const char *text, *last;
		size_t n;
	} table[] = {
		{ "", "", 0 },
		{ " , ", "", 0 },
		{ "10.0.0.0/8 via 192.0.2.1", NULL, 1 },
		{ "10.0.0.0/8 via 192.0.2.1 metric 50", NULL, 1 },
		{ "  10.0.0.0/8\tvia 192.0.2.1 ,", "10.0.0.0/8 via 192.0.2.1", 1 },
		{ "10.0.0.0 255.0.0.0 via 192.0.2.1", "10.0.0.0/8 via 192.0.2.1", 1 },
		{ "203.0.113.7/32", NULL, 1 },
		{ "2001:db8:1::/48 via fe80::1", NULL, 1 },
		{ "2001:db8:1::/48 via 2001:db8::1", NULL, 1 },
		{ "0.0.0.0/1 via 192.0.2.1, 128.0.0.0/1 via 192.0.2.1", "128.0.0.0/1 via 192.0.2.1",
			2 },
		{ "10.0.0.0/8 via 192.0.2.1;10.0.0.0/8 via 192.0.2.2 metric 9",
			"10.0.0.0/8 via 192.0.2.2 metric 9", 2 },
		{ "169.254.169.254/32 via 192.0.2.1", NULL, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = fixed();
		char text[NET_ROUTE_TEXT_MAX] = "";
		struct problem problem;

		config.n_routes = 3;
		if (!validate_routes(table[i].text, &config, &problem)) {
			test_fail("\"%s\" was refused: %s", table[i].text, problem.text);
			continue;
		}
		test_equal_int((long long)config.n_routes, (long long)table[i].n);
		if (config.n_routes > 0)
			net_route_format(&config.routes[config.n_routes - 1], text);
		test_equal_str(text, table[i].last ? table[i].last : table[i].text);
		if (!validate_alone(&config, &problem))
			test_fail("%s", problem.text);
	}
}

/* Routes that are refused, and why. */
static void test_routes_refused(void)
{
	static const char *const table[][2] = {
		{ "x", "x is not a route. One looks like 10.0.0.0/8 via 192.0.2.1." },
		{ "2001:db8:zz::/48", "2001:db8:1::/48 via 2001:db8::1" },
		{ "10.0.0.0/8 via", "is not a route" },
		{ "10.0.0.0/8 via x", "is not a route" },
		{ "10.0.0.0/8 192.0.2.1", "is not a route" },
		{ "10.0.0.0/8 via 192.0.2.1 metric", "is not a route" },
		{ "10.0.0.0/8 via 192.0.2.1 metric -1", "is not a route" },
		{ "10.0.0.0/8 via 192.0.2.1 dev enp1s0", "is not a route" },
		{ "10.0.0.0/33 via 192.0.2.1", "is not a route" },
		{ "10.0.0.0 via 192.0.2.1", "lacks the size" },
		{ "default via 192.0.2.1", "the way to everywhere" },
		{ "0.0.0.0/0 via 192.0.2.1", "the way to everywhere" },
		{ "::/0", "the way to everywhere" },
		{ "10.1.2.3/8 via 192.0.2.1", "Type 10.0.0.0/8 to reach" },
		{ "10.0.0.0/8 via 2001:db8::1", "cannot be the way to 10.0.0.0/8" },
		{ "10.0.0.0/8 via 192.0.2.10", "own address" },
		{ "10.0.0.0/8 via 198.51.100.1", "none of this link's networks" },
		{ "2001:db8:1::/48 via 2001:db8:2::1", "none of this link's networks" },
		{ "10.0.0.0/8 via 127.0.0.1", "loopback" },
		{ "127.0.0.0/8 via 192.0.2.1", "loopback" },
		{ "224.0.0.0/4", "multicast" },
		{ "ff02::/16", "multicast" },
		{ "10.0.0.0/8, 10.0.0.0/8 via 192.0.2.1", "two routes to 10.0.0.0/8" },
		{ "10.0.0.0/8,,10.0.0.0/9", "A route is empty" },
		{ "10.0.0.0/8" S80 S80 S80 S80 "x", "is not a route" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = fixed();
		struct problem problem;

		config.n_routes = 3;
		if (validate_routes(table[i][0], &config, &problem))
			test_fail("\"%s\" was taken", table[i][0]);
		else
			check_problem(table[i][0], &problem, table[i][1]);
		test_equal_int((long long)config.n_routes, 3);
	}
}

/* More routes than fit are refused, and so are those of a family that is off. */
static void test_routes_limits(void)
{
	struct net_config config = fixed();
	struct problem problem;
	char text[1024] = "";

	for (unsigned i = 1; i <= NET_ROUTES_MAX; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "10.%u.0.0/16,", i);
	test_assert(validate_routes(text, &config, &problem));
	test_equal_int((long long)config.n_routes, NET_ROUTES_MAX);
	strcat(text, "10.200.0.0/16");
	test_assert(!validate_routes(text, &config, &problem));
	check_problem(text, &problem, "More than 16 routes do not fit. Remove 10.200.0.0/16.");
	config.v4.method = NET_METHOD_OFF;
	test_assert(!validate_alone(&config, &problem));
	check_problem("off", &problem, "needs IPv4, which is off");
	test_assert(!validate_routes("10.0.0.0/8", &config, &problem));
	config.v4.method = NET_METHOD_AUTO;
	test_assert(validate_routes("10.0.0.0/8 via 198.51.100.1", &config, &problem));
	test_assert(validate_alone(&config, &problem));
}

int main(void)
{
	test_run(test_vlan_id);
	test_run(test_mtu);
	test_run(test_ntp_taken);
	test_run(test_ntp_refused);
	test_run(test_routes_taken);
	test_run(test_routes_refused);
	test_run(test_routes_limits);
	return test_result();
}
