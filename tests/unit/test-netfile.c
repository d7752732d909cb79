/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <stdint.h>

#include "netfile.h"
#include "test.h"
#include "util.h"
#include "validate.h"

#define HEAD                                                                                       \
	"# Written by firstboot; what is changed here is lost when settings are saved again.\n"    \
	"# Own settings belong into a drop-in directory of this file's name and \".d\".\n"         \
	"\n[Match]\nName=enp1s0\n\n[Network]\n"

/* What a customer would type, and the bytes of the file that it makes. */
static const struct golden {
	const char *name;
	enum net_method v4, v6;
	const char *addresses4, *gateway4, *addresses6, *gateway6, *dns, *domains;
	bool onlink;
	const char *text;
} goldens[] = {
	{ .name = "all automatic",
		.v4 = NET_METHOD_AUTO,
		.v6 = NET_METHOD_AUTO,
		.text = HEAD "DHCP=ipv4\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\n" },
	{ .name = "IPv4 only, by DHCP, own DNS",
		.v4 = NET_METHOD_AUTO,
		.v6 = NET_METHOD_OFF,
		.dns = "192.0.2.53",
		.text = HEAD "DHCP=ipv4\nIPv6AcceptRA=no\nLinkLocalAddressing=no\n"
			     "DNS=192.0.2.53\n\n[DHCPv4]\nUseDNS=no\n" },
	{ .name = "fixed IPv4 beside automatic IPv6",
		.v4 = NET_METHOD_STATIC,
		.v6 = NET_METHOD_AUTO,
		.addresses4 = "192.0.2.10/24",
		.gateway4 = "192.0.2.1",
		.dns = "192.0.2.53, 192.0.2.54",
		.domains = "example.com example.net",
		.text = HEAD "DHCP=no\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\n"
			     "Gateway=192.0.2.1\nDNS=192.0.2.53\nDNS=192.0.2.54\n"
			     "Domains=example.com\nDomains=example.net\n"
			     "\n[Address]\nAddress=192.0.2.10/24\n"
			     "\n[DHCPv6]\nUseDNS=no\n\n[IPv6AcceptRA]\nUseDNS=no\n" },
	{ .name = "fixed both",
		.v4 = NET_METHOD_STATIC,
		.v6 = NET_METHOD_STATIC,
		.addresses4 = "192.0.2.10 255.255.255.0, 198.51.100.1/31",
		.gateway4 = "192.0.2.1",
		.addresses6 = "2001:db8::10/64",
		.gateway6 = "fe80::1",
		.dns = "2001:db8::53",
		.text = HEAD "DHCP=no\nIPv6AcceptRA=no\nLinkLocalAddressing=ipv6\n"
			     "Gateway=192.0.2.1\nGateway=fe80::1\nDNS=2001:db8::53\n"
			     "\n[Address]\nAddress=192.0.2.10/24\n"
			     "\n[Address]\nAddress=198.51.100.1/31\n"
			     "\n[Address]\nAddress=2001:db8::10/64\n" },
	{ .name = "gateway on-link",
		.v4 = NET_METHOD_STATIC,
		.v6 = NET_METHOD_OFF,
		.addresses4 = "192.0.2.10/32",
		.gateway4 = "203.0.113.1",
		.onlink = true,
		.text = HEAD "DHCP=no\nIPv6AcceptRA=no\nLinkLocalAddressing=no\n"
			     "\n[Address]\nAddress=192.0.2.10/32\n"
			     "\n[Route]\nGateway=203.0.113.1\nGatewayOnLink=yes\n" },
	{ .name = "IPv6 only",
		.v4 = NET_METHOD_OFF,
		.v6 = NET_METHOD_STATIC,
		.addresses6 = "2001:db8::10/64",
		.text = HEAD "DHCP=no\nIPv6AcceptRA=no\nLinkLocalAddressing=ipv6\n"
			     "\n[Address]\nAddress=2001:db8::10/64\n" },
};

/* What was typed, nothing where nothing was. */
static const char *given(const char *text)
{
	return text ? text : "";
}

/* The settings of a golden file. */
static struct net_config golden_config(const struct golden *g)
{
	struct net_config config;
	struct problem problem;
	bool good = true;

	net_config_init(&config, "enp1s0");
	config.v4.method = g->v4;
	config.v6.method = g->v6;
	config.v4.gateway_onlink = config.v6.gateway_onlink = g->onlink;
	if (g->addresses4)
		good &= validate_addresses(g->addresses4, AF_INET, &config.v4, &problem);
	if (g->addresses6)
		good &= validate_addresses(g->addresses6, AF_INET6, &config.v6, &problem);
	good &= validate_gateway(given(g->gateway4), AF_INET, &config.v4, &problem);
	good &= validate_gateway(given(g->gateway6), AF_INET6, &config.v6, &problem);
	good &= validate_dns(given(g->dns), &config, &problem);
	good &= validate_domains(given(g->domains), &config, &problem);
	good &= validate_net_config(&config, &problem);
	if (!good)
		test_fail("%s: %s", g->name, problem.text);
	return config;
}

/* Files to the byte, and back. */
static void test_golden(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(goldens); i++) {
		struct net_config config = golden_config(&goldens[i]), again;
		_cleanup_free_ char *text = NULL;

		test_equal_int(netfile_render(&config, &text), 0);
		test_equal_str_at(goldens[i].name, text, goldens[i].text);
		test_equal_int(netfile_parse(text, &again), 0);
		test_assert(net_config_equal(&config, &again));
	}
}

/* A lease's values, kept in the settings of an automatic family, do not get into the file. */
static void test_lease_left_out(void)
{
	struct net_config config = golden_config(&goldens[0]);
	_cleanup_free_ char *text = NULL;
	struct problem problem;

	test_assert(validate_addresses("192.0.2.10/24", AF_INET, &config.v4, &problem));
	test_assert(validate_gateway("192.0.2.1", AF_INET, &config.v4, &problem));
	test_equal_int(netfile_render(&config, &text), 0);
	test_equal_str(text, goldens[0].text);
}

/* A file that another hand has changed is not read. */
static void test_foreign(void)
{
	static const char *const table[] = {
		"",
		"\n",
		"[Match]\nName=enp1s0\n",
		HEAD,
		HEAD "DHCP=yes\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\n",
		HEAD "DHCP=ipv4\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6",
		HEAD "DHCP=ipv4\nIPv6AcceptRA=yes\nLinkLocalAddressing=no\n",
		HEAD "DHCP=ipv4\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\n\n",
		HEAD "DHCP=ipv4\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\nMulticastDNS=yes\n",
		HEAD "DHCP=ipv4\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\nDNS=192.0.2.53\n",
		HEAD "DHCP=ipv4\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\nDNS=x\n",
		HEAD "DHCP=ipv4\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\nGateway=x\n",
		HEAD "DHCP=no\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\n"
		     "\n[Address]\nAddress=192.0.2.10/24\nPeer=192.0.2.11/24\n",
		HEAD "DHCP=no\nIPv6AcceptRA=yes\nLinkLocalAddressing=ipv6\n"
		     "\n[Address]\nAddress=192.0.2.10/99\n",
		HEAD "IPv6AcceptRA=yes\nDHCP=ipv4\nLinkLocalAddressing=ipv6\n",
		"[Match]\nName=enp1s0enp1s0enp1s0\n",
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_config config = { .n_dns = 5 };

		if (netfile_parse(table[i], &config) != -EINVAL || config.n_dns != 5)
			test_fail("row %zu was taken: %s", i, table[i]);
	}
}

/* Too many of a thing are refused, not written past the end of the settings. */
static void test_overflow(void)
{
	static const char *const lines[] = { "DNS=192.0.2.53\n", "Domains=example.com\n",
		"[Address]\nAddress=192.0.2.10/24\n" };

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		char text[2048] = HEAD;
		struct net_config config;

		for (int n = 0; n < 20; n++)
			strcat(text, lines[i]);
		test_equal_int(netfile_parse(text, &config), -EINVAL);
	}
}

/* Names that would begin a line of their own, or mean something to networkd, are not written. */
static void test_refuse(void)
{
	static const char *const names[] = {
		"a\n[Network]\nDHCP=yes",
		"a\r",
		"a b",
		"a\tb",
		"a\x1b[2J",
		"a\x7f",
		"a%H",
		"a\\",
		"b\xc3\xbc",
		"",
	};

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct net_config config = golden_config(&goldens[0]);
		char *text = NULL;

		config.n_domains = 1;
		strcpy(config.domains[0], names[i]);
		if (netfile_render(&config, &text) != -EINVAL || text)
			test_fail("domain \"%s\" was written", names[i]);
		config.n_domains = 0;
		snprintf(config.ifname, sizeof(config.ifname), "%.15s", names[i]);
		if (netfile_render(&config, &text) != -EINVAL || text)
			test_fail("interface \"%s\" was written", names[i]);
	}
}

/* -- any settings that pass the checks survive the way to text and back */

static uint64_t random_state = 88172645463325252u;

/* The next number below n of a fixed sequence (xorshift). */
static unsigned random_below(unsigned n)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state >> 32) % n;
}

/* Fill an address with random bytes, one in four of them a border value. */
static struct ip_addr random_addr(int af)
{
	static const uint8_t borders[] = { 0, 1, 127, 255 };
	struct ip_addr addr = { .family = af };

	for (size_t i = 0; i < ip_size(af); i++)
		addr.bytes[i] = random_below(4) ? (uint8_t)random_below(256)
						: borders[random_below(ARRAY_SIZE(borders))];
	return addr;
}

/* A random family of settings. */
static struct net_family random_family(int af)
{
	struct net_family family = { .method = (enum net_method)random_below(3) };

	family.n_addresses = random_below(NET_ADDRESSES_MAX + 1);
	for (size_t i = 0; i < family.n_addresses; i++)
		family.addresses[i] = (struct ip_prefix){
			random_addr(af),
			(uint8_t)random_below((unsigned)ip_size(af) * 8 + 2),
		};
	if (random_below(2)) {
		family.gateway = random_addr(af);
		family.gateway_onlink = random_below(4) != 0;
	}
	return family;
}

/* Random settings; many of them break a rule. */
static struct net_config random_config(void)
{
	static const char letters[] = "abcxyz019-._";
	struct net_config config = { .ifname = "enp1s0" };

	config.v4 = random_family(AF_INET);
	config.v6 = random_family(AF_INET6);
	config.n_dns = random_below(4);
	for (size_t i = 0; i < config.n_dns; i++)
		config.dns[i] = random_addr(random_below(2) ? AF_INET : AF_INET6);
	config.n_domains = random_below(3);
	for (size_t i = 0; i < config.n_domains; i++)
		for (unsigned j = 0, length = 1 + random_below(12); j < length; j++)
			config.domains[i][j] = letters[random_below(sizeof(letters) - 1)];
	return config;
}

/* What validate_net_config() lets pass is written, and read back as the same. */
static void test_round_trip(void)
{
	unsigned good = 0;

	for (int i = 0; i < 30000; i++) {
		struct net_config config = random_config(), again;
		_cleanup_free_ char *text = NULL;
		struct problem problem;

		if (!validate_net_config(&config, &problem))
			continue;
		good++;
		if (netfile_render(&config, &text) < 0 || netfile_parse(text, &again) < 0 ||
			!net_config_equal(&config, &again))
			test_fail("lost on the way:\n%s", text ? text : "(nothing)");
	}
	if (good < 500)
		test_fail("only %u settings passed the checks", good);
}

/* What differs is seen to differ. */
static void test_equal(void)
{
	struct net_config a = golden_config(&goldens[3]), b;

	for (size_t i = 0; i < ARRAY_SIZE(goldens); i++) {
		b = golden_config(&goldens[i]);
		test_equal_int(net_config_equal(&a, &b), i == 3);
	}
	b = a;
	b.v4.addresses[1].length = 30;
	test_assert(!net_config_equal(&a, &b));
	b = a;
	b.v6.gateway.bytes[15] = 2;
	test_assert(!net_config_equal(&a, &b));
	b = a;
	b.v4.gateway_onlink = true;
	test_assert(!net_config_equal(&a, &b));
	b = a;
	b.dns[0].bytes[15] = 1;
	test_assert(!net_config_equal(&a, &b));
	b = a;
	strcpy(b.ifname, "enp2s0");
	test_assert(!net_config_equal(&a, &b));
}

int main(void)
{
	test_run(test_golden);
	test_run(test_lease_left_out);
	test_run(test_foreign);
	test_run(test_overflow);
	test_run(test_refuse);
	test_run(test_round_trip);
	test_run(test_equal);
	return test_result();
}
