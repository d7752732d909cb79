/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include "netconf.h"
#include "test.h"
#include "util.h"

/* A fixed IPv4 address on a link of this name. */
static struct net_config fixed(const char *ifname)
{
	struct net_config config;

	net_config_init(&config, ifname);
	config.v4.method = NET_METHOD_STATIC;
	test_assert(ip_prefix_parse("192.0.2.10/24", &config.v4.addresses[0]) == 0);
	config.v4.n_addresses = 1;
	test_assert(ip_parse("192.0.2.1", &config.v4.gateway) == 0);
	return config;
}

/* One change to settings. */
typedef void (*change_fn)(struct net_config *config);

static void change_name(struct net_config *c)
{
	strcpy(c->ifname, "enp2s0");
}

static void change_method4(struct net_config *c)
{
	c->v4.method = NET_METHOD_AUTO;
}

static void change_method6(struct net_config *c)
{
	c->v6.method = NET_METHOD_DHCP;
}

static void change_address(struct net_config *c)
{
	c->v4.addresses[0].addr.bytes[3] = 11;
}

static void change_prefix(struct net_config *c)
{
	c->v4.addresses[0].length = 25;
}

static void change_n_addresses(struct net_config *c)
{
	c->v4.addresses[c->v4.n_addresses++] = c->v4.addresses[0];
}

static void change_gateway(struct net_config *c)
{
	c->v4.gateway.bytes[3] = 2;
}

static void change_onlink(struct net_config *c)
{
	c->v4.gateway_onlink = true;
}

static void change_dns(struct net_config *c)
{
	c->dns[c->n_dns++] = c->v4.gateway;
}

static void change_domains(struct net_config *c)
{
	strcpy(c->domains[c->n_domains++], "example.com");
}

static void change_ntp(struct net_config *c)
{
	strcpy(c->ntp[c->n_ntp++], "ntp.example.com");
}

static void change_mtu(struct net_config *c)
{
	c->mtu = 9000;
}

static void change_route(struct net_config *c)
{
	c->routes[c->n_routes++].destination = c->v4.addresses[0];
}

static void change_by_mac(struct net_config *c)
{
	c->dhcp_by_mac = true;
}

static void change_anonymous(struct net_config *c)
{
	c->dhcp_anonymous = true;
}

static void change_vlan(struct net_config *c)
{
	c->device = (struct net_device){
		.kind = NET_DEVICE_VLAN, .ports = { "enp9s0" }, .n_ports = 1, .vlan_id = 5
	};
}

static const struct {
	const char *label;
	change_fn change;
} changes[] = {
	{ "name", change_name },
	{ "IPv4 method", change_method4 },
	{ "IPv6 method", change_method6 },
	{ "address", change_address },
	{ "prefix", change_prefix },
	{ "another address", change_n_addresses },
	{ "gateway", change_gateway },
	{ "on-link", change_onlink },
	{ "DNS", change_dns },
	{ "domains", change_domains },
	{ "NTP", change_ntp },
	{ "MTU", change_mtu },
	{ "route", change_route },
	{ "by MAC", change_by_mac },
	{ "anonymous", change_anonymous },
	{ "VLAN", change_vlan },
};

/* Every field that is changed makes a difference. */
static void test_differ(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(changes); i++) {
		struct net_config a = fixed("enp1s0"), b = a;

		test_assert(net_config_equal(&a, &b));
		changes[i].change(&b);
		if (net_config_equal(&a, &b) || net_config_equal(&b, &a))
			test_fail("%s: no difference", changes[i].label);
		changes[i].change(&a);
		if (!net_config_equal(&a, &b))
			test_fail("%s: the same change makes a difference", changes[i].label);
	}
}

/* So does each part of what was added. */
static void test_differ_within(void)
{
	struct net_config a = fixed("vlan5"), b;

	for (size_t i = 0; i < ARRAY_SIZE(changes); i++)
		changes[i].change(&a);
	b = a;
	b.device.vlan_id = 6;
	test_assert(!net_config_equal(&a, &b));
	b = a;
	strcpy(b.device.ports[0], "enp8s0");
	test_assert(!net_config_equal(&a, &b));
	b = a;
	strcpy(b.ntp[0], "192.0.2.3");
	test_assert(!net_config_equal(&a, &b));
	b = a;
	b.routes[0].metric = 5;
	test_assert(!net_config_equal(&a, &b));
	b = a;
	b.routes[0].gateway = b.dns[0];
	test_assert(!net_config_equal(&a, &b));
	b = a;
	b.routes[0].destination.length = 8;
	test_assert(!net_config_equal(&a, &b));
	a.device = b.device = (struct net_device){ .kind = NET_DEVICE_BOND, .n_ports = 2 };
	b.routes[0] = a.routes[0];
	test_assert(net_config_equal(&a, &b));
	b.device.bond_mode = NET_BOND_802_3AD;
	test_assert(!net_config_equal(&a, &b));
	b.device.bond_mode = a.device.bond_mode;
	b.device.n_ports = 1;
	test_assert(!net_config_equal(&a, &b));
}

/* What a lease has given to an automatic family, and what a card has in fields of a bond, is no
 * difference. */
static void test_same(void)
{
	struct net_config a = fixed("enp1s0"), b;

	a.v4.method = NET_METHOD_AUTO;
	b = a;
	change_address(&b);
	change_gateway(&b);
	test_assert(net_config_equal(&a, &b));
	a.v4.method = b.v4.method = NET_METHOD_DHCP;
	test_assert(net_config_equal(&a, &b));
	b.device.bond_mode = NET_BOND_802_3AD;
	b.device.vlan_id = 7;
	test_assert(net_config_equal(&a, &b));
	a = b = fixed("enp1s0");
	a.v4.gateway.family = b.v4.gateway.family = AF_UNSPEC;
	b.v4.gateway_onlink = true;
	test_assert(net_config_equal(&a, &b));
}

/* Which methods take addresses from the network. */
static void test_automatic(void)
{
	static const struct {
		enum net_method method;
		bool automatic;
	} table[] = {
		{ NET_METHOD_OFF, false },
		{ NET_METHOD_AUTO, true },
		{ NET_METHOD_STATIC, false },
		{ NET_METHOD_DHCP, true },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_family family = { .method = table[i].method };

		test_equal_int(net_family_is_automatic(&family), table[i].automatic);
	}
}

/* Links are found, replaced and added, until there is no more room. */
static void test_set_put(void)
{
	struct net_set set = { 0 };
	struct net_config config;
	char name[IFNAMSIZ];

	test_assert(!net_set_find(&set, "eth0"));
	for (int i = 0; i < NET_LINKS_MAX; i++) {
		snprintf(name, sizeof(name), "eth%d", i);
		config = fixed(name);
		test_equal_int(net_set_put(&set, &config), 0);
		test_equal_int((long long)set.n_links, i + 1);
		test_assert(net_set_find(&set, name) == &set.links[i]);
	}
	config.mtu = 1400;
	test_equal_int(net_set_put(&set, &config), 0);
	test_equal_int((long long)set.n_links, NET_LINKS_MAX);
	test_equal_int(net_set_find(&set, config.ifname)->mtu, 1400);
	test_equal_int(net_set_find(&set, "eth0")->mtu, 0);
	config = fixed("eth99");
	test_equal_int(net_set_put(&set, &config), -ENOSPC);
	test_equal_int((long long)set.n_links, NET_LINKS_MAX);
	test_assert(!net_set_find(&set, "eth99"));
	test_assert(!net_set_find(&set, "eth"));
}

/* Sets are compared as sets. */
static void test_set_equal(void)
{
	struct net_config eth0 = fixed("eth0"), eth1 = fixed("eth1");
	struct net_set a = { 0 }, b = { 0 };

	test_assert(net_set_equal(&a, &b));
	test_equal_int(net_set_put(&a, &eth0), 0);
	test_assert(!net_set_equal(&a, &b) && !net_set_equal(&b, &a));
	test_equal_int(net_set_put(&a, &eth1), 0);
	test_equal_int(net_set_put(&b, &eth1), 0);
	test_equal_int(net_set_put(&b, &eth0), 0);
	test_assert(net_set_equal(&a, &b));
	strcpy(b.advertised, "eth0");
	test_assert(!net_set_equal(&a, &b));
	strcpy(a.advertised, "eth0");
	test_assert(net_set_equal(&a, &b));
	b.links[0].mtu = 1400;
	test_assert(!net_set_equal(&a, &b));
	b.links[0] = fixed("eth2");
	test_assert(!net_set_equal(&a, &b));
}

/* Routes as text. */
static void test_route_format(void)
{
	static const struct {
		const char *destination, *gateway;
		uint32_t metric;
		const char *text;
	} table[] = {
		{ "10.0.0.0/8", "192.0.2.2", 0, "10.0.0.0/8 via 192.0.2.2" },
		{ "10.0.0.0/8", "192.0.2.2", 50, "10.0.0.0/8 via 192.0.2.2 metric 50" },
		{ "203.0.113.7/32", NULL, 0, "203.0.113.7/32" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/124",
			"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", UINT32_MAX,
			"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fff0/124 via "
			"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff metric 4294967295" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct net_route route = { .metric = table[i].metric };
		char text[NET_ROUTE_TEXT_MAX];

		test_equal_int(ip_prefix_parse(table[i].destination, &route.destination), 0);
		if (table[i].gateway)
			test_equal_int(ip_parse(table[i].gateway, &route.gateway), 0);
		test_equal_str(net_route_format(&route, text), table[i].text);
	}
}

int main(void)
{
	test_run(test_differ);
	test_run(test_differ_within);
	test_run(test_same);
	test_run(test_automatic);
	test_run(test_route_format);
	test_run(test_set_put);
	test_run(test_set_equal);
	return test_result();
}
