/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include "ip.h"
#include "test.h"
#include "util.h"

/* Addresses, and how they are written back; NULL: not one. */
static void test_parse(void)
{
	static const char *const table[][2] = {
		{ "192.0.2.10", "192.0.2.10" },
		{ "  192.0.2.10\t\n", "192.0.2.10" },
		{ "0.0.0.0", "0.0.0.0" },
		{ "255.255.255.255", "255.255.255.255" },
		{ "2001:DB8::1", "2001:db8::1" },
		{ "2001:0db8:0000:0000:0001:0000:0000:0001", "2001:db8::1:0:0:1" },
		{ "2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1" },
		{ "::", "::" },
		{ "::1", "::1" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "", NULL },
		{ "192.0.2", NULL },
		{ "192.0.2.256", NULL },
		{ "192.0.2.10.1", NULL },
		{ "010.0.0.1", NULL },
		{ "0x7f.0.0.1", NULL },
		{ "192.0.2.10/24", NULL },
		{ "192.0.2. 10", NULL },
		{ "1", NULL },
		{ "fe80::1%eth0", NULL },
		{ "2001:db8::1::2", NULL },
		{ "[2001:db8::1]", NULL },
		{ "12345::", NULL },
		{ "2001:db8:0000:0000:0000:0000:0000:0000:0000:0000:0000", NULL },
		{ "192.0.2.1O", NULL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct ip_addr addr = { .family = -1 };
		char ip[IP_TEXT_MAX];
		int r = ip_parse(table[i][0], &addr);

		if (!table[i][1]) {
			if (r != -EINVAL || addr.family != -1)
				test_fail("\"%s\" was taken", table[i][0]);
			continue;
		}
		if (r < 0)
			test_fail("\"%s\" was refused", table[i][0]);
		else
			test_equal_str_at(table[i][0], ip_format(&addr, ip), table[i][1]);
	}
}

/* Bytes, of which 4 or 16 are an address. */
static void test_bytes(void)
{
	static const uint8_t bytes[17] = { 32, 1, 13, 184, [15] = 1 };

	for (size_t size = 0; size <= sizeof(bytes); size++) {
		struct ip_addr addr = { .family = -1 };
		char ip[IP_TEXT_MAX];
		bool good = ip_from_bytes(bytes, size, &addr);

		test_equal_int(good, size == 4 || size == 16);
		test_equal_str(ip_format(&addr, ip), size == 4	  ? "32.1.13.184"
						     : size == 16 ? "2001:db8::1"
								  : "");
	}
}

/* Prefixes, and what they are or why not. */
static void test_prefix_parse(void)
{
	static const struct {
		const char *text, *expected;
		int r;
	} table[] = {
		{ "192.0.2.10/24", "192.0.2.10/24", 0 },
		{ " 192.0.2.10 / 24 ", "192.0.2.10/24", 0 },
		{ "192.0.2.10/255.255.255.0", "192.0.2.10/24", 0 },
		{ "192.0.2.10 255.255.255.0", "192.0.2.10/24", 0 },
		{ "192.0.2.10\t255.255.255.252", "192.0.2.10/30", 0 },
		{ "192.0.2.10/0.0.0.0", "192.0.2.10/0", 0 },
		{ "192.0.2.10/0", "192.0.2.10/0", 0 },
		{ "192.0.2.10/255.255.255.255", "192.0.2.10/32", 0 },
		{ "192.0.2.10/32", "192.0.2.10/32", 0 },
		{ "2001:db8::10/64", "2001:db8::10/64", 0 },
		{ "2001:db8::10/128", "2001:db8::10/128", 0 },
		{ "192.0.2.10", NULL, -ENODATA },
		{ "192.0.2.10/", NULL, -ENODATA },
		{ "192.0.2.10 /", NULL, -ENODATA },
		{ "192.0.2.10/33", NULL, -ERANGE },
		{ "192.0.2.10/-1", NULL, -ERANGE },
		{ "192.0.2.10/+24", NULL, -ERANGE },
		{ "192.0.2.10/024", NULL, -ERANGE },
		{ "192.0.2.10/24x", NULL, -ERANGE },
		{ "192.0.2.10/4294967320", NULL, -ERANGE },
		{ "192.0.2.10/255.0.255.0", NULL, -ERANGE },
		{ "192.0.2.10/0.0.0.255", NULL, -ERANGE },
		{ "192.0.2.10/255.255.255", NULL, -ERANGE },
		{ "192.0.2.10/24/24", NULL, -ERANGE },
		{ "2001:db8::10/129", NULL, -ERANGE },
		{ "2001:db8::10/255.255.255.0", NULL, -ERANGE },
		{ "192.0.2/24", NULL, -EINVAL },
		{ "/24", NULL, -EINVAL },
		{ "", NULL, -EINVAL },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct ip_prefix prefix;
		char ip[IP_TEXT_MAX];
		int r = ip_prefix_parse(table[i].text, &prefix);

		if (r != table[i].r)
			test_fail("\"%s\": %d, expected %d", table[i].text, r, table[i].r);
		else if (r == 0)
			test_equal_str_at(
				table[i].text, ip_prefix_format(&prefix, ip), table[i].expected);
	}
}

/* The addresses that a network has. */
static void test_network(void)
{
	static const struct {
		const char *prefix, *first, *host, *last, *inside, *outside;
	} table[] = {
		{ "192.0.2.10/24", "192.0.2.0", "192.0.2.1", "192.0.2.255", "192.0.2.254",
			"192.0.3.10" },
		{ "192.0.2.77/26", "192.0.2.64", "192.0.2.65", "192.0.2.127", "192.0.2.65",
			"192.0.2.63" },
		{ "10.1.2.3/9", "10.0.0.0", "10.0.0.1", "10.127.255.255", "10.126.0.0",
			"10.128.0.0" },
		{ "192.0.2.4/31", "192.0.2.4", "192.0.2.4", "192.0.2.5", "192.0.2.5", "192.0.2.6" },
		{ "192.0.2.4/32", "192.0.2.4", "192.0.2.4", "192.0.2.4", "192.0.2.4", "192.0.2.5" },
		{ "192.0.2.4/0", "0.0.0.0", "0.0.0.1", "255.255.255.255", "1.2.3.4", "::1" },
		{ "2001:db8::10/64", "2001:db8::", "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff",
			"2001:db8::ffff:0:0:1", "2001:db8:0:1::1" },
		{ "2001:db8::10/127", "2001:db8::10", "2001:db8::10", "2001:db8::11",
			"2001:db8::11", "2001:db8::12" },
		{ "2001:db8::10/128", "2001:db8::10", "2001:db8::10", "2001:db8::10",
			"2001:db8::10", "192.0.2.4" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct ip_prefix prefix;
		struct ip_addr addr;
		char ip[IP_TEXT_MAX];

		test_equal_int(ip_prefix_parse(table[i].prefix, &prefix), 0);
		addr = ip_prefix_first(&prefix);
		test_equal_str_at(table[i].prefix, ip_format(&addr, ip), table[i].first);
		addr = ip_prefix_first_host(&prefix);
		test_equal_str_at(table[i].prefix, ip_format(&addr, ip), table[i].host);
		addr = ip_prefix_last(&prefix);
		test_equal_str_at(table[i].prefix, ip_format(&addr, ip), table[i].last);
		test_equal_int(ip_parse(table[i].inside, &addr), 0);
		test_assert(ip_in_prefix(&addr, &prefix));
		test_equal_int(ip_parse(table[i].outside, &addr), 0);
		test_assert(!ip_in_prefix(&addr, &prefix));
	}
}

/* The kinds of addresses. */
static void test_kinds(void)
{
	static const struct {
		const char *ip;
		bool loopback, link_local;
	} table[] = {
		{ "0.0.0.0", .link_local = false },
		{ "::", .link_local = false },
		{ "0.0.0.1", .link_local = false },
		{ "::2", .link_local = false },
		{ "127.0.0.1", .loopback = true },
		{ "127.255.255.255", .loopback = true },
		{ "128.0.0.1", .link_local = false },
		{ "::1", .loopback = true },
		{ "::1:1", .link_local = false },
		{ "223.255.255.255", .link_local = false },
		{ "224.0.0.1", .link_local = false },
		{ "239.255.255.255", .link_local = false },
		{ "240.0.0.1", .link_local = false },
		{ "ff02::1", .link_local = false },
		{ "fe80::1", .link_local = true },
		{ "febf::1", .link_local = true },
		{ "fec0::1", .link_local = false },
		{ "169.254.1.1", .link_local = true },
		{ "169.253.1.1", .link_local = false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct ip_addr addr;

		test_equal_int(ip_parse(table[i].ip, &addr), 0);
		if (ip_is_loopback(&addr) != table[i].loopback ||
			ip_is_link_local(&addr) != table[i].link_local)
			test_fail("%s is taken for another kind", table[i].ip);
	}
}

/* Equality looks at what an address of its family has, and at nothing behind that. */
static void test_equal(void)
{
	struct ip_addr a = { AF_INET, { 192, 0, 2, 1, 99 } };
	struct ip_addr b = { AF_INET, { 192, 0, 2, 1 } };
	struct ip_addr none = { AF_UNSPEC, { 1 } };
	char ip[IP_TEXT_MAX] = "x";

	test_assert(ip_equal(&a, &b));
	b.bytes[3] = 2;
	test_assert(!ip_equal(&a, &b));
	b.family = AF_INET6;
	test_assert(!ip_equal(&a, &b));
	test_assert(ip_equal(&none, &(struct ip_addr){ 0 }));
	test_equal_str(ip_format(&none, ip), "");
	test_assert(!ip_prefix_equal(&(struct ip_prefix){ a, 24 }, &(struct ip_prefix){ a, 25 }));
}

int main(void)
{
	test_run(test_parse);
	test_run(test_bytes);
	test_run(test_prefix_parse);
	test_run(test_network);
	test_run(test_kinds);
	test_run(test_equal);
	return test_result();
}
