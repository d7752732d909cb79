/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "alone.h"
#include "test.h"
#include "util.h"
#include "validate.h"

#define L10 "abcdefghij"
#define L63 L10 L10 L10 L10 L10 L10 "abc"

/* Hostnames, and what is kept of them. */
static void test_hostname_taken(void)
{
	static const char *const table[][2] = {
		{ "appliance01", "appliance01" },
		{ "Appliance01", "appliance01" },
		{ "  appliance01\n", "appliance01" },
		{ "a", "a" },
		{ "3com", "3com" },
		{ "a-b--c", "a-b--c" },
		{ "appliance01.example.com", "appliance01.example.com" },
		{ "appliance01.example.com.", "appliance01.example.com" },
		{ "123.example", "123.example" },
		{ "xn--bcher-kva", "xn--bcher-kva" },
		{ "localhosts", "localhosts" },
		{ "mylocalhost", "mylocalhost" },
		{ "node1.localdomain", "node1.localdomain" },
		{ L63, L63 },
		{ L10 L10 L10 "." L10 L10 L10 "abc", L10 L10 L10 "." L10 L10 L10 "abc" },
		{ "0xyz", "0xyz" },
		{ "dead.beef", "dead.beef" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char name[HOST_NAME_SIZE] = "";
		struct problem problem;

		if (!validate_hostname(table[i][0], name, &problem))
			test_fail("\"%s\" was refused: %s", table[i][0], problem.text);
		test_equal_str_at(table[i][0], name, table[i][1]);
	}
}

/* Hostnames that are refused, why, and the example that the message gives, which must pass. */
static void test_hostname_refused(void)
{
	static const char *const table[][3] = {
		{ "", "Type a name", "appliance01" },
		{ " \t", "Type a name", "appliance01" },
		{ ".", "dot too many", "appliance01" },
		{ "localhost", "called localhost", "appliance01" },
		{ "LocalHost.", "called localhost", "appliance01" },
		{ "localhost.localdomain", "called localhost.localdomain", "appliance01" },
		{ "localhost4", "called localhost4", "appliance01" },
		{ "localhost6.localdomain6", "called localhost6", "appliance01" },
		{ "db.localhost", "called db.localhost", "appliance01" },
		{ "12345", "taken for an address", "appliance01" },
		{ "192.0.2.10", "taken for an address", "appliance01" },
		{ "1.2", "taken for an address", "appliance01" },
		{ "0x7f000001", "taken for an address", "appliance01" },
		{ "my_server", "underscore", "my-server" },
		{ "_", "underscore", "appliance01" },
		{ "-server", "dash in the wrong place", "server" },
		{ "server-", "dash in the wrong place", "server" },
		{ "server-.example.com", "dash in the wrong place", "server" },
		{ "server.-example.com", "dash in the wrong place", "server" },
		{ "server..com", "dot too many", "server" },
		{ ".server", "dot too many", "appliance01" },
		{ "server.com..", "dot too many", "server" },
		{ "my server", "not allowed", "my-server" },
		{ "server!", "not allowed", "server" },
		{ "s/erver", "not allowed", "s-erver" },
		{ "server%n", "not allowed", "server-n" },
		{ "server\nroot::0:0", "not allowed", "server-root-0-0" },
		{ "server\x1b[2J", "not allowed", "server-2j" },
		{ "b\xc3\xbc"
		  "cher",
			"not allowed", "b-cher" },
		{ "b\xff", "not allowed", "b" },
		{ L63 "a", "63 characters", L10 L10 L10 "ab" },
		{ L63 "ab", "at most 64 characters, this one has 65", L10 L10 L10 "ab" },
		{ "   " L63 ".example", "at most 64 characters, this one has 71",
			L10 L10 L10 "ab" },
		{ L63 ".a", "at most 64 characters", L10 L10 L10 "ab" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		char name[HOST_NAME_SIZE] = "kept";
		struct problem problem;

		if (validate_hostname(table[i][0], name, &problem)) {
			test_fail("\"%s\" was taken", table[i][0]);
			continue;
		}
		test_equal_str(name, "kept");
		test_assert(problem.text[strlen(problem.text) - 1] == '.');
		if (!strstr(problem.text, table[i][1]) || !strstr(problem.text, table[i][2]))
			test_fail("\"%s\": expected \"%s\" and \"%s\" in \"%s\"", table[i][0],
				table[i][1], table[i][2], problem.text);
		for (const char *p = problem.text; *p != '\0'; p++)
			test_assert(*p >= ' ');
		if (!validate_hostname(table[i][2], name, &problem))
			test_fail("example \"%s\" does not pass", table[i][2]);
	}
}

/* Search domains, and how many are found. */
static void test_domains_taken(void)
{
	static const struct {
		const char *text, *first;
		size_t n;
	} table[] = {
		{ "", "", 0 },
		{ "example.com", "example.com", 1 },
		{ "Example.COM.", "example.com", 1 },
		{ "example.com, example.net;example.org", "example.com", 3 },
		{ "corp", "corp", 1 },
		{ "ad_2.corp", "ad_2.corp", 1 },
		{ "_msdcs.corp", "_msdcs.corp", 1 },
		{ "2.0.192.in-addr.arpa", "2.0.192.in-addr.arpa", 1 },
		{ L63 "." L63 "." L63 "." L10 L10 L10 L10 L10 L10 "a",
			L63 "." L63 "." L63 "." L10 L10 L10 L10 L10 L10 "a", 1 },
		{ "a b c d e f g h", "a", 8 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = { .n_domains = 3 };
		struct problem problem;

		if (!validate_domains(table[i].text, &config, &problem))
			test_fail("\"%s\" was refused: %s", table[i].text, problem.text);
		test_equal_int(config.n_domains, table[i].n);
		test_equal_str_at(table[i].text, config.domains[0], table[i].first);
	}
}

/* Search domains that are refused, and why. */
static void test_domains_refused(void)
{
	static const char *const table[][2] = {
		{ "example.com example.com", "example.com stands there twice" },
		{ "example.com EXAMPLE.com.", "example.com stands there twice" },
		{ "a b c d e f g h i", "More than 8" },
		{ ".", "dot too many" },
		{ "example..com", "dot too many" },
		{ "-example.com", "dash" },
		{ "example-.com", "dash" },
		{ "~example.com", "not allowed" },
		{ "*.example.com", "not allowed" },
		{ "exam%ple.com", "not allowed" },
		{ "b\xc3\xbc"
		  "cher.example",
			"not allowed" },
		{ "localhost", "every machine" },
		{ "x.localhost", "every machine" },
		{ "192.0.2.10", "ends in a number" },
		{ "example.123", "ends in a number" },
		{ L63 "a.com", "63 characters" },
		{ L63 "." L63 "." L63 "." L63, "at most 253" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = { .n_domains = 3 };
		struct problem problem;

		if (validate_domains(table[i][0], &config, &problem))
			test_fail("\"%s\" was taken", table[i][0]);
		else if (!strstr(problem.text, table[i][1]))
			test_fail("\"%s\": expected \"%s\" in \"%s\"", table[i][0], table[i][1],
				problem.text);
		test_equal_int(config.n_domains, 3);
	}
}

/* Names of network cards. */
static void test_ifname(void)
{
	static const struct {
		const char *text;
		bool good;
	} table[] = {
		{ "eth0", true },
		{ "enp1s0", true },
		{ "enp1s0.100", true },
		{ "br-lan", true },
		{ "wg_0", true },
		{ "a23456789012345", true },
		{ "a234567890123456", false },
		{ "", false },
		{ ".", false },
		{ "..", false },
		{ "0", false },
		{ "12345", false },
		{ "all", false },
		{ "default", false },
		{ "lo", false },
		{ "../etc", false },
		{ "eth*", false },
		{ "eth[0]", false },
		{ "!eth0", false },
		{ "eth 0", false },
		{ "eth0\n", false },
		{ "eth%d", false },
		{ "eth0:1", false },
		{ "\x1b[2J", false },
		{ "\xc3\xbcth0", false },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct problem problem;

		if (validate_ifname(table[i].text, &problem) != table[i].good)
			test_fail("\"%s\" should be %s", table[i].text,
				table[i].good ? "taken" : "refused");
		test_assert((problem.text[0] == '\0') == table[i].good);
	}
}

/* -- whole settings */

/* Good settings, for tests to break. */
static struct net_config good_config(void)
{
	struct net_config config;
	struct problem problem;

	net_config_init(&config, "enp1s0");
	config.v4.method = NET_METHOD_STATIC;
	test_assert(validate_addresses("192.0.2.10/24", AF_INET, &config.v4, &problem));
	test_assert(validate_gateway("192.0.2.1", AF_INET, &config.v4, &problem));
	test_assert(validate_dns("192.0.2.53 2001:db8::53", &config, &problem));
	test_assert(validate_domains("example.com", &config, &problem));
	return config;
}

static void break_nothing(struct net_config *c)
{
}

static void break_ifname(struct net_config *c)
{
	strcpy(c->ifname, "eth*");
}

static void break_ifname_end(struct net_config *c)
{
	memset(c->ifname, 'a', sizeof(c->ifname));
}

static void break_method(struct net_config *c)
{
	c->v4.method = (enum net_method)7;
}

static void break_both_off(struct net_config *c)
{
	c->v4.method = c->v6.method = NET_METHOD_OFF;
}

static void break_no_address(struct net_config *c)
{
	c->v4.n_addresses = 0;
}

static void break_address_count(struct net_config *c)
{
	c->v4.n_addresses = NET_ADDRESSES_MAX + 1;
}

static void break_address_family(struct net_config *c)
{
	c->v4.addresses[0].addr.family = AF_INET6;
}

static void break_address_none(struct net_config *c)
{
	c->v4.addresses[0].addr.family = AF_UNSPEC;
}

static void break_prefix_length(struct net_config *c)
{
	c->v4.addresses[0].length = 33;
}

static void break_prefix_zero(struct net_config *c)
{
	c->v4.addresses[0].length = 0;
}

static void break_network_address(struct net_config *c)
{
	c->v4.addresses[0].addr.bytes[3] = 0;
}

static void break_address_twice(struct net_config *c)
{
	c->v4.addresses[c->v4.n_addresses++] = c->v4.addresses[0];
}

static void break_gateway_outside(struct net_config *c)
{
	c->v4.gateway.bytes[2] = 3;
}

static void insist_on_gateway(struct net_config *c)
{
	c->v4.gateway.bytes[2] = 3;
	c->v4.gateway_onlink = true;
}

static void break_gateway_own(struct net_config *c)
{
	c->v4.gateway = c->v4.addresses[0].addr;
}

static void break_gateway_family(struct net_config *c)
{
	c->v4.gateway.family = AF_INET6;
}

static void break_gateway_garbage(struct net_config *c)
{
	c->v4.gateway.family = 77;
}

static void break_dns_count(struct net_config *c)
{
	c->n_dns = NET_DNS_MAX + 1;
}

static void break_dns_family(struct net_config *c)
{
	c->dns[0].family = AF_UNSPEC;
}

static void break_dns_twice(struct net_config *c)
{
	c->dns[1] = c->dns[0];
}

static void break_dns_loopback(struct net_config *c)
{
	c->dns[0].bytes[0] = 127;
}

static void break_domain_count(struct net_config *c)
{
	c->n_domains = NET_DOMAINS_MAX + 1;
}

static void break_domain_end(struct net_config *c)
{
	memset(c->domains[0], 'a', sizeof(c->domains[0]));
}

static void break_domain_line(struct net_config *c)
{
	strcpy(c->domains[0], "a\n[Match]");
}

static void break_domain_case(struct net_config *c)
{
	strcpy(c->domains[0], "Example.com");
}

static void break_domain_empty(struct net_config *c)
{
	strcpy(c->domains[0], "");
}

static void leave_lease(struct net_config *c)
{
	c->v4.method = NET_METHOD_AUTO; /* what the addresses say does not matter now */
	c->v4.addresses[0].length = 99;
}

/* Each rule is kept for settings that came as bytes, too. */
static void test_net_config(void)
{
	static const struct {
		void (*change)(struct net_config *config);
		const char *says; /* NULL: good */
	} table[] = {
		{ break_nothing, NULL },
		{ insist_on_gateway, NULL },
		{ leave_lease, NULL },
		{ break_ifname, "eth*" },
		{ break_ifname_end, "too long" },
		{ break_method, "method 7" },
		{ break_both_off, "Without IPv4 and without IPv6" },
		{ break_no_address, "none is given" },
		{ break_address_count, "More than 8" },
		{ break_address_family, "wrong family" },
		{ break_address_none, "wrong family" },
		{ break_prefix_length, "1 to 32" },
		{ break_prefix_zero, "1 to 32" },
		{ break_network_address, "address of the network" },
		{ break_address_twice, "twice" },
		{ break_gateway_outside, "outside 192.0.2.0/24" },
		{ break_gateway_own, "own address" },
		{ break_gateway_family, "wrong family" },
		{ break_gateway_garbage, "wrong family" },
		{ break_dns_count, "More than 8" },
		{ break_dns_family, "no address" },
		{ break_dns_twice, "twice" },
		{ break_dns_loopback, "loopback" },
		{ break_domain_count, "More than 8" },
		{ break_domain_end, "too long" },
		{ break_domain_line, "not allowed" },
		{ break_domain_case, "must be written as example.com" },
		{ break_domain_empty, "domain is empty" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = good_config();
		struct problem problem;
		bool good;

		table[i].change(&config);
		good = validate_alone(&config, &problem);
		if (good != !table[i].says)
			test_fail("row %zu is %s: %s", i, good ? "taken" : "refused", problem.text);
		else if (!good && !strstr(problem.text, table[i].says))
			test_fail("row %zu: expected \"%s\" in \"%s\"", i, table[i].says,
				problem.text);
	}
}

int main(void)
{
	test_run(test_hostname_taken);
	test_run(test_hostname_refused);
	test_run(test_domains_taken);
	test_run(test_domains_refused);
	test_run(test_ifname);
	test_run(test_net_config);
	return test_result();
}
