/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test.h"
#include "util.h"
#include "validate.h"

/* A refused value: part of the message, and the example in it, which must pass ("": it has none).
 */
struct refused {
	const char *text, *says, *example;
};

/* Is the message one or two whole sentences that name the example? */
static void check_message(const struct refused *row, const struct problem *problem)
{
	size_t length = strlen(problem->text);

	if (length == 0 || length + 1 >= sizeof(problem->text) || problem->text[length - 1] != '.')
		test_fail("\"%s\": no whole sentence: \"%s\"", row->text, problem->text);
	if (!strstr(problem->text, row->says) || !strstr(problem->text, row->example))
		test_fail("\"%s\": expected \"%s\" and \"%s\" in \"%s\"", row->text, row->says,
			row->example, problem->text);
	for (const char *p = problem->text; *p != '\0'; p++)
		if (*p < ' ' || *p > '~') {
			test_fail("\"%s\": odd bytes in \"%s\"", row->text, problem->text);
			break;
		}
}

/* -- addresses */

/* Write the addresses of family into buf, separated by spaces. */
static const char *join_addresses(const struct net_family *family, char *buf, size_t size)
{
	size_t length = 0;

	buf[0] = '\0';
	for (size_t i = 0; i < family->n_addresses; i++) {
		char ip[IP_TEXT_MAX];

		length += (size_t)snprintf(buf + length, size - length, "%s%s", i > 0 ? " " : "",
			ip_prefix_format(&family->addresses[i], ip));
	}
	return buf;
}

/* Values that are taken, and what is made of them. */
static void test_addresses_taken(void)
{
	static const struct {
		int af;
		const char *text, *expected;
	} table[] = {
		{ AF_INET, "192.0.2.10/24", "192.0.2.10/24" },
		{ AF_INET, "  192.0.2.10/24  ", "192.0.2.10/24" },
		{ AF_INET, "192.0.2.10 / 24", "192.0.2.10/24" },
		{ AF_INET, "192.0.2.10 /24", "192.0.2.10/24" },
		{ AF_INET, "192.0.2.10/ 24", "192.0.2.10/24" },
		{ AF_INET, "192.0.2.10/255.255.255.0", "192.0.2.10/24" },
		{ AF_INET, "192.0.2.10 255.255.255.0", "192.0.2.10/24" },
		{ AF_INET, "192.0.2.10, 255.255.254.0", "192.0.2.10/23" },
		{ AF_INET, "192.0.2.10 255.255.255.0 192.0.2.11/24",
			"192.0.2.10/24 192.0.2.11/24" },
		{ AF_INET, "192.0.2.10/24,198.51.100.7/25;203.0.113.1/30",
			"192.0.2.10/24 198.51.100.7/25 203.0.113.1/30" },
		{ AF_INET, "10.0.0.1/8", "10.0.0.1/8" },
		{ AF_INET, "10.0.255.255/8", "10.0.255.255/8" },
		{ AF_INET, "10.0.0.0/31", "10.0.0.0/31" },
		{ AF_INET, "10.0.0.1/31", "10.0.0.1/31" },
		{ AF_INET, "10.0.0.255/32", "10.0.0.255/32" },
		{ AF_INET, "100.64.0.1/10", "100.64.0.1/10" },
		{ AF_INET, "223.255.255.254/24", "223.255.255.254/24" },
		{ AF_INET, "126.0.0.1/1", "126.0.0.1/1" },
		{ AF_INET6, "2001:db8::10/64", "2001:db8::10/64" },
		{ AF_INET6, "2001:DB8:0:0::10 /64", "2001:db8::10/64" },
		{ AF_INET6, "fd00::1/8", "fd00::1/8" },
		{ AF_INET6, "2001:db8::/127", "2001:db8::/127" },
		{ AF_INET6, "2001:db8::/128", "2001:db8::/128" },
		{ AF_INET6, "2001:db8::ffff:ffff:ffff:ffff/64",
			"2001:db8::ffff:ffff:ffff:ffff/64" },
		{ AF_INET6, "2001:db8::1/64 2001:db8::2/64", "2001:db8::1/64 2001:db8::2/64" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_family family = { .method = NET_METHOD_STATIC };
		struct problem problem;
		char buf[512];

		if (!validate_addresses(table[i].text, table[i].af, &family, &problem)) {
			test_fail("\"%s\" was refused: %s", table[i].text, problem.text);
			continue;
		}
		test_equal_str_at(table[i].text, problem.text, "");
		test_equal_str_at(table[i].text, join_addresses(&family, buf, sizeof(buf)),
			table[i].expected);
	}
}

/* Check that every row is refused, and that the family stays as it was. */
static void check_addresses_refused(const struct refused *rows, size_t n, int af)
{
	for (size_t i = 0; i < n; i++) {
		struct net_family family = { .n_addresses = 5 }, good;
		struct problem problem;

		if (validate_addresses(rows[i].text, af, &family, &problem)) {
			test_fail("\"%s\" was taken", rows[i].text);
			continue;
		}
		test_assert(family.n_addresses == 5 && !problem.overridable);
		check_message(&rows[i], &problem);
		if (*rows[i].example != '\0' &&
			!validate_addresses(rows[i].example, af, &good, &problem))
			test_fail(
				"example \"%s\" does not pass: %s", rows[i].example, problem.text);
	}
}

/* IPv4 values that are refused. */
static void test_addresses_refused_v4(void)
{
	static const struct refused table[] = {
		{ "", "Type the address", "192.0.2.10/24" },
		{ " , ; ", "Type the address", "192.0.2.10/24" },
		{ "192.0.2.10", "lacks the size", "192.0.2.10/24" },
		{ "198.51.100.7/", "lacks the size", "198.51.100.7/24" },
		{ "192.0.2.10 192.0.2.11", "lacks the size", "192.0.2.10/24" },
		{ "192.0.2.10/33", "1 to 32", "192.0.2.10/24" },
		{ "192.0.2.10/0", "1 to 32", "192.0.2.10/24" },
		{ "192.0.2.10/-1", "1 to 32", "192.0.2.10/24" },
		{ "192.0.2.10/024", "1 to 32", "192.0.2.10/24" },
		{ "192.0.2.10/999999999999", "1 to 32", "192.0.2.10/24" },
		{ "192.0.2.10/24/24", "1 to 32", "192.0.2.10/24" },
		{ "192.0.2.10/255.0.255.0", "255.0.255.0 is not a netmask", "192.0.2.10/24" },
		{ "192.0.2.10 255.255.0.255", "255.255.0.255 is not a netmask", "192.0.2.10/24" },
		{ "192.0.2.10 0.0.0.255", "0.0.0.255 is not a netmask", "192.0.2.10/24" },
		{ "192.0.2.10 0.0.0.0", "0.0.0.0 is not a netmask", "192.0.2.10/24" },
		{ "192.0.2.10/255.255.255", "255.255.255 is not a netmask", "192.0.2.10/24" },
		{ "192.0.2.0/24", "address of the network 192.0.2.0/24", "192.0.2.1/24" },
		{ "192.0.2.64/26", "address of the network 192.0.2.64/26", "192.0.2.65/26" },
		{ "192.0.2.255/24", "broadcast address of the network 192.0.2.0/24",
			"192.0.2.1/24" },
		{ "10.255.255.255/8", "broadcast address", "10.0.0.1/8" },
		{ "192.0.2.3/30", "broadcast address", "192.0.2.1/30" },
		{ "224.0.0.1/24", "multicast", "192.0.2.10/24" },
		{ "239.1.2.3/24", "multicast", "192.0.2.10/24" },
		{ "127.0.0.1/8", "loopback", "192.0.2.10/24" },
		{ "127.1.2.3/32", "loopback", "192.0.2.10/24" },
		{ "0.0.0.0/24", "0.0.0.0/8", "192.0.2.10/24" },
		{ "0.1.2.3/24", "0.0.0.0/8", "192.0.2.10/24" },
		{ "0.0.0.0", "0.0.0.0/8", "192.0.2.10/24" },
		{ "0.0.0.0/0", "0.0.0.0/8", "192.0.2.10/24" },
		{ "127.0.0.1 255.0.255.0", "loopback", "192.0.2.10/24" },
		{ "169.254.7.8-9", "link-local", "192.0.2.10/24" },
		{ "240.0.0.1/24", "reserved", "192.0.2.10/24" },
		{ "254.1.1.1/24", "reserved", "192.0.2.10/24" },
		{ "255.255.255.255/32", "broadcast", "192.0.2.10/24" },
		{ "169.254.7.8/16", "link-local", "192.0.2.10/24" },
		{ "010.0.0.1/24", "octal", "10.0.0.1/24" },
		{ "010.0.0.1", "octal", "10.0.0.1/24" },
		{ "010.0.0.1/8", "octal", "10.0.0.1/8" },
		{ "010.0.0.1/99", "octal", "10.0.0.1/24" },
		{ "192.168.001.010/24", "octal", "192.168.1.10/24" },
		{ "192.0.2.300/24", "above 255", "192.0.2.10/24" },
		{ "192.0.2.10-20", "is a range", "192.0.2.10/24" },
		{ "192.0.2.10-192.0.2.20", "is a range", "192.0.2.10/24" },
		{ "192.0.2", "not an IPv4 address", "192.0.2.10/24" },
		{ "192.0.2.10.11/24", "not an IPv4 address", "192.0.2.10/24" },
		{ "192.0..10/24", "not an IPv4 address", "192.0.2.10/24" },
		{ "192.0.2.*", "not an IPv4 address", "192.0.2.10/24" },
		{ "0x7f.0.0.1/8", "not an IPv4 address", "192.0.2.10/24" },
		{ "3221225994", "not an IPv4 address", "192.0.2.10/24" },
		{ "appliance", "not an IPv4 address", "192.0.2.10/24" },
		{ "https://192.0.2.10/", "not an IPv4 address", "192.0.2.10/24" },
		{ "192.0.2.1O/24", "not an IPv4 address", "192.0.2.10/24" },
		{ "192.0.2.\xc2\xb9/24", "not an IPv4 address", "192.0.2.10/24" },
		{ "\x1b[2J192.0.2.10/24", "not an IPv4 address", "192.0.2.10/24" },
		{ "2001:db8::10/64", "is an IPv6 address", "192.0.2.10/24" },
		{ "2001:db8::10", "is an IPv6 address", "192.0.2.10/24" },
		{ "192.0.2.10/24 192.0.2.10/24", "twice", "" },
		{ "192.0.2.10/24 192.0.2.10/25", "twice", "" },
		{ "192.0.2.10/24 192.0.2.0/24", "address of the network", "192.0.2.1/24" },
		{ "10.0.0.1/8 10.0.0.2/8 10.0.0.3/8 10.0.0.4/8 10.0.0.5/8 10.0.0.6/8 10.0.0.7/8 "
		  "10.0.0.8/8 10.0.0.9/8",
			"More than 8", "" },
	};

	check_addresses_refused(table, ARRAY_SIZE(table), AF_INET);
}

/* IPv6 values that are refused. */
static void test_addresses_refused_v6(void)
{
	static const struct refused table[] = {
		{ "", "Type the address", "2001:db8::10/64" },
		{ "2001:db8::10", "lacks the size", "2001:db8::10/64" },
		{ "2001:db8::10/129", "1 to 128", "2001:db8::10/64" },
		{ "2001:db8::10/0", "1 to 128", "2001:db8::10/64" },
		{ "2001:db8::/64", "address of the network 2001:db8::/64", "2001:db8::1/64" },
		{ "fe80::1/64", "link-local", "2001:db8::10/64" },
		{ "fe80::1", "link-local", "2001:db8::10/64" },
		{ "fe80::1%enp1s0/64", "link-local", "2001:db8::10/64" },
		{ "febf::1/64", "link-local", "2001:db8::10/64" },
		{ "ff02::1/64", "multicast", "2001:db8::10/64" },
		{ "::1/128", "loopback", "2001:db8::10/64" },
		{ "::/128", "no address", "2001:db8::10/64" },
		{ "::ffff:192.0.2.10/96", "IPv4 address in IPv6 notation", "2001:db8::10/64" },
		{ "::192.0.2.10/120", "::/96", "2001:db8::10/64" },
		{ "2001:db8::1::1/64", "not an IPv6 address", "2001:db8::10/64" },
		{ "2001:db8:::1/64", "not an IPv6 address", "2001:db8::10/64" },
		{ "2001:db8::g/64", "not an IPv6 address", "2001:db8::10/64" },
		{ "[2001:db8::10]/64", "not an IPv6 address", "2001:db8::10/64" },
		{ "2001:db8::10%enp1s0/64", "network card behind the %", "2001:db8::10/64" },
		{ "192.0.2.10/24", "is an IPv4 address", "2001:db8::10/64" },
		{ "2001:db8::10/255.255.255.0", "not a netmask", "" },
		{ "2001:db8::1/64 2001:DB8:0::1/64", "twice", "" },
	};
	check_addresses_refused(table, ARRAY_SIZE(table), AF_INET6);
}

/* -- gateways */

/* Static settings with these addresses. */
static struct net_family family_with(const char *addresses, int af)
{
	struct net_family family = { .method = NET_METHOD_STATIC };
	struct problem problem;

	test_assert(validate_addresses(addresses, af, &family, &problem));
	return family;
}

/* Gateways that are taken. */
static void test_gateway_taken(void)
{
	static const struct {
		const char *own, *text, *expected;
		bool onlink, still_onlink;
	} table[] = {
		{ "192.0.2.10/24", "192.0.2.1", "192.0.2.1", false, false },
		{ "192.0.2.10/24", " 192.0.2.254 ", "192.0.2.254", false, false },
		{ "192.0.2.10/24", "", "", false, false },
		{ "192.0.2.10/24", "  ", "", true, false },
		{ "192.0.2.10/24", "192.0.3.1", "192.0.3.1", true, true },
		{ "192.0.2.10/24", "192.0.2.1", "192.0.2.1", true, false },
		{ "192.0.2.10/24 198.51.100.7/24", "198.51.100.1", "198.51.100.1", false, false },
		{ "192.0.2.4/31", "192.0.2.5", "192.0.2.5", false, false },
		{ "192.0.2.5/31", "192.0.2.4", "192.0.2.4", false, false },
		{ "192.0.2.10/32", "192.0.2.1", "192.0.2.1", true, true },
		{ "192.0.2.10/24", "169.254.1.1", "169.254.1.1", true, true },
		{ "2001:db8::10/64", "2001:db8::1", "2001:db8::1", false, false },
		{ "2001:db8::10/64", "fe80::1", "fe80::1", false, false },
		{ "2001:db8::10/64", "FE80::1", "fe80::1", true, false },
		{ "2001:db8::10/128", "fe80::1", "fe80::1", false, false },
		{ "2001:db8::10/64", "2001:db8::ffff:ffff:ffff:ffff",
			"2001:db8::ffff:ffff:ffff:ffff", false, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int af = strchr(table[i].own, ':') ? AF_INET6 : AF_INET;
		struct net_family family = family_with(table[i].own, af);
		struct problem problem;
		char ip[IP_TEXT_MAX];

		family.gateway_onlink = table[i].onlink;
		if (!validate_gateway(table[i].text, af, &family, &problem)) {
			test_fail("\"%s\" was refused: %s", table[i].text, problem.text);
			continue;
		}
		test_equal_str_at(table[i].text, ip_format(&family.gateway, ip), table[i].expected);
		test_equal_int(family.gateway_onlink, table[i].still_onlink);
	}
}

/* Gateways that are refused: the machine's own addresses, the gateway, what is said of it. */
static void test_gateway_refused(void)
{
	static const struct {
		const char *own;
		struct refused row;
		bool overridable;
	} table[] = {
		{ "192.0.2.10/24",
			{ "192.0.3.1",
				"192.0.3.1 is outside 192.0.2.0/24. A gateway in that network "
				"looks like 192.0.2.1.",
				"192.0.2.1" },
			true },
		{ "192.0.2.1/24", { "192.0.3.1", "outside 192.0.2.0/24", "192.0.2.2" }, true },
		{ "192.0.2.5/31", { "192.0.2.6", "outside 192.0.2.4/31", "192.0.2.4" }, true },
		{ "192.0.2.4/31", { "192.0.2.6", "outside 192.0.2.4/31", "192.0.2.5" }, true },
		{ "192.0.2.5/30", { "192.0.3.6", "outside 192.0.2.4/30", "192.0.2.6" }, true },
		{ "192.0.2.10/32", { "192.0.2.1", "outside 192.0.2.10/32", "" }, true },
		{ "192.0.2.10/24 198.51.100.7/24",
			{ "203.0.113.1", "outside 192.0.2.0/24", "192.0.2.1" }, true },
		{ "192.0.2.10/24", { "169.254.1.1", "outside", "192.0.2.1" }, true },
		{ "2001:db8::10/64", { "2001:db8:1::1", "outside 2001:db8::/64", "2001:db8::1" },
			true },
		{ "192.0.2.10/24", { "192.0.2.10", "own address", "192.0.2.1" }, false },
		{ "192.0.2.1/24", { "192.0.2.1", "own address", "192.0.2.2" }, false },
		{ "192.0.2.10/32", { "192.0.2.10", "own address", "" }, false },
		{ "192.0.2.10/24", { "192.0.2.0", "address of the network", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "192.0.2.255", "broadcast address", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "192.0.2.1/24", "network size", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "192.0.2.1 192.0.2.2", "Only one gateway", "192.0.2.1" },
			false },
		{ "192.0.2.10/24", { "0.0.0.0", "0.0.0.0/8", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "127.0.0.1", "loopback", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "224.0.0.1", "multicast", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "255.255.255.255", "broadcast", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "245.1.1.1", "reserved", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "2001:db8::1", "is an IPv6 address", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "192.000.2.1", "octal", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "router", "not an IPv4 address", "192.0.2.1" }, false },
		{ "192.0.2.10/24", { "192.0.2.1-5", "is a range", "192.0.2.1" }, false },
		{ "2001:db8::10/64", { "ff02::2", "multicast", "2001:db8::1" }, false },
		{ "2001:db8::10/64", { "::", "no address", "2001:db8::1" }, false },
		{ "2001:db8::10/64", { "::1", "loopback", "2001:db8::1" }, false },
		{ "2001:db8::10/64", { "::ffff:192.0.2.1", "notation", "2001:db8::1" }, false },
		{ "2001:db8::10/64", { "fe80::1%enp1s0", "network card behind", "fe80::1" },
			false },
		{ "2001:db8::10/64", { "2001:db8::10", "own address", "2001:db8::1" }, false },
		{ "2001:db8::10/64", { "2001:db8::", "address of the network", "2001:db8::1" },
			false },
		{ "2001:db8::10/64", { "192.0.2.1", "is an IPv4 address", "2001:db8::1" }, false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		int af = strchr(table[i].own, ':') ? AF_INET6 : AF_INET;
		struct net_family family = family_with(table[i].own, af);
		const struct refused *row = &table[i].row;
		struct problem problem;

		if (validate_gateway(row->text, af, &family, &problem)) {
			test_fail("\"%s\" was taken", row->text);
			continue;
		}
		check_message(row, &problem);
		test_equal_int(problem.overridable, table[i].overridable);
		test_equal_int(family.gateway.family, AF_UNSPEC);
		if (*row->example != '\0' && !validate_gateway(row->example, af, &family, &problem))
			test_fail("example \"%s\" does not pass: %s", row->example, problem.text);
		family.gateway_onlink = true;
		if (validate_gateway(row->text, af, &family, &problem) != table[i].overridable)
			test_fail("\"%s\": insisting is not as announced", row->text);
	}
}

/* -- name servers */

/* Lists that are taken. */
static void test_dns_taken(void)
{
	static const struct {
		const char *text;
		size_t n;
	} table[] = {
		{ "", 0 },
		{ " , ", 0 },
		{ "192.0.2.53", 1 },
		{ "192.0.2.53, 192.0.2.54", 2 },
		{ "192.0.2.53 2001:db8::53", 2 },
		{ "192.0.2.53;192.0.2.54;192.0.2.55", 3 },
		{ "169.254.169.253", 1 },
		{ "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.7 10.0.0.8", 8 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = { .n_dns = 7 };
		struct problem problem;

		if (!validate_dns(table[i].text, &config, &problem))
			test_fail("\"%s\" was refused: %s", table[i].text, problem.text);
		test_equal_int(config.n_dns, table[i].n);
	}
}

/* Lists that are refused. */
static void test_dns_refused(void)
{
	static const struct refused table[] = {
		{ "192.0.2.53 192.0.2.53", "192.0.2.53 stands there twice", "" },
		{ "2001:db8::53,2001:DB8:0::53", "2001:db8::53 stands there twice", "" },
		{ "127.0.0.53", "loopback", "192.0.2.53" },
		{ "::1", "loopback", "2001:db8::53" },
		{ "0.0.0.0", "0.0.0.0/8", "192.0.2.53" },
		{ "::", "no address", "2001:db8::53" },
		{ "224.0.0.251", "multicast", "192.0.2.53" },
		{ "ff02::fb", "multicast", "2001:db8::53" },
		{ "255.255.255.255", "broadcast", "192.0.2.53" },
		{ "250.0.0.1", "reserved", "192.0.2.53" },
		{ "fe80::1", "link-local", "2001:db8::53" },
		{ "fe80::1%enp1s0", "network card", "" },
		{ "::ffff:192.0.2.53", "notation", "2001:db8::53" },
		{ "192.0.2.53/24", "network size", "192.0.2.53" },
		{ "2001:db8::53/64", "network size", "2001:db8::53" },
		{ "192.0.2.053", "octal", "192.0.2.53" },
		{ "192.0.2.530", "above 255", "192.0.2.53" },
		{ "192.0.2.53:53", "not an IPv4 address", "192.0.2.53" },
		{ "ns1.example.com", "not an IPv4 address", "192.0.2.53" },
		{ "192.0.2.53 x", "x is not", "192.0.2.53" },
		{ "2001:db8::53::", "not an IPv6 address", "2001:db8::53" },
		{ "10.0.0.1 10.0.0.2 10.0.0.3 10.0.0.4 10.0.0.5 10.0.0.6 10.0.0.7 10.0.0.8 "
		  "10.0.0.9",
			"More than 8", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = { .n_dns = 7 };
		struct problem problem;

		if (validate_dns(table[i].text, &config, &problem)) {
			test_fail("\"%s\" was taken", table[i].text);
			continue;
		}
		check_message(&table[i], &problem);
		test_equal_int(config.n_dns, 7);
		if (*table[i].example != '\0' && !validate_dns(table[i].example, &config, &problem))
			test_fail("example \"%s\" does not pass", table[i].example);
	}
}

/* What a sentence quotes leaves a terminal as it is. */
static void test_quoted(void)
{
	struct net_family family = { 0 };
	struct problem problem;

	test_assert(!validate_gateway("192.0.2.1/24\v\f", AF_INET, &family, &problem));
	test_assert(strstr(problem.text, "192.0.2.1/24??"));
	for (const char *p = problem.text; *p; p++)
		test_assert(*p >= ' ' && *p <= '~');
}

int main(void)
{
	test_run(test_addresses_taken);
	test_run(test_addresses_refused_v4);
	test_run(test_addresses_refused_v6);
	test_run(test_gateway_taken);
	test_run(test_gateway_refused);
	test_run(test_dns_taken);
	test_run(test_dns_refused);
	test_run(test_quoted);
	return test_result();
}
