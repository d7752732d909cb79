/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is in force, and which links and addresses count, over tables filled by hand. */

#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>

#include "inforce.h"
#include "netlink_tables.h"
#include "test.h"
#include "util.h"

#define LIVE (IFF_UP | IFF_LOWER_UP)

/* Tables that have been read, with one live network card, index 2. */
static void fill(struct netlink *nl)
{
	struct link card = { .ifindex = 2, .name = "enp1s0", .type = ARPHRD_ETHER, .flags = LIVE };

	memset(nl, 0, sizeof(*nl));
	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		nl->read[kind] = true;
	test_equal_int(netlink_put_link(nl, &card), 1);
}

/* Empty them. */
static void empty(struct netlink *nl)
{
	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		table_done(&nl->tables[kind]);
}

/* An address of the card's. */
static struct address make_address(const char *prefix, uint32_t flags)
{
	struct address address = { .ifindex = 2, .flags = flags };

	test_equal_int(ip_prefix_parse(prefix, &address.ip), 0);
	if (ip_is_link_local(&address.ip.addr))
		address.scope = RT_SCOPE_LINK;
	return address;
}

/* Put it into the table. */
static void add_address(struct netlink *nl, const char *prefix, uint32_t flags)
{
	struct address address = make_address(prefix, flags);

	test_equal_int(netlink_put_address(nl, &address), 1);
}

/* Put a default route into the table. */
static void add_route(struct netlink *nl, int ifindex, const char *gateway, uint32_t metric)
{
	struct default_route route = { .ifindex = ifindex, .metric = metric };

	test_equal_int(ip_parse(gateway, &route.gateway), 0);
	route.family = route.gateway.family;
	test_equal_int(table_append(NETLINK_ROUTES, &nl->tables[NETLINK_ROUTES], &route), 0);
	table_sort(NETLINK_ROUTES, &nl->tables[NETLINK_ROUTES]);
}

/* Read what is in force on the card. */
static struct net_config read_config(struct netlink *nl, const struct link_state *state)
{
	struct net_config config;

	inforce_read(nl, netlink_link_by_index(nl, 2), state, &config);
	test_equal_str(config.ifname, "enp1s0");
	empty(nl);
	return config;
}

/* Compare an address with its notation. */
static void check_ip(const struct ip_addr *addr, const char *expected)
{
	char text[IP_TEXT_MAX];

	test_equal_str_at("address", ip_format(addr, text), expected);
}

/* Fixed addresses, the gateway of the best route of this link. */
static void test_fixed(void)
{
	struct link_state state = { .known = true, .administrative = "configured", .n_domains = 1 };
	struct net_config config;
	struct netlink nl;

	fill(&nl);
	add_address(&nl, "192.0.2.10/24", IFA_F_PERMANENT);
	add_address(&nl, "192.0.2.11/24", IFA_F_PERMANENT | IFA_F_SECONDARY);
	add_address(&nl, "2001:db8::10/64", IFA_F_PERMANENT);
	add_address(&nl, "fe80::1/64", IFA_F_PERMANENT);
	add_route(&nl, 2, "192.0.2.2", 100);
	add_route(&nl, 2, "192.0.2.1", 0);
	add_route(&nl, 3, "198.51.100.1", 0);
	add_route(&nl, 2, "fe80::2", 1024);
	test_equal_int(ip_parse("192.0.2.53", &state.dns[state.n_dns++]), 0);
	test_equal_int(ip_parse("fe80::2", &state.dns[state.n_dns++]), 0);
	strcpy(state.domains[0], "example.com");
	config = read_config(&nl, &state);
	test_equal_int(config.v4.method, NET_METHOD_STATIC);
	test_equal_int(config.v4.n_addresses, 2);
	check_ip(&config.v4.addresses[1].addr, "192.0.2.11");
	check_ip(&config.v4.gateway, "192.0.2.1");
	test_assert(!config.v4.gateway_onlink);
	test_equal_int(config.v6.method, NET_METHOD_STATIC);
	test_equal_int(config.v6.n_addresses, 1);
	check_ip(&config.v6.gateway, "fe80::2");
	test_assert(!config.v6.gateway_onlink);
	test_equal_int(config.n_dns, 1);
	check_ip(&config.dns[0], "192.0.2.53");
	test_equal_str(config.domains[0], "example.com");
}

/* A lease and a router's prefix: automatic, and what they gave is told, too. */
static void test_automatic(void)
{
	struct link_state state = { .known = true, .dhcp4 = true };
	struct net_config config;
	struct netlink nl;

	fill(&nl);
	add_address(&nl, "192.0.2.100/24", 0);
	add_address(&nl, "2001:db8::5054:ff:fe12:3456/64", IFA_F_MANAGETEMPADDR);
	add_address(&nl, "2001:db8::1234:5678/64", IFA_F_TEMPORARY);
	config = read_config(&nl, &state);
	test_equal_int(config.v4.method, NET_METHOD_AUTO);
	check_ip(&config.v4.addresses[0].addr, "192.0.2.100");
	test_equal_int(config.v6.method, NET_METHOD_AUTO);
	test_equal_int(config.v6.n_addresses, 1);
	check_ip(&config.v6.addresses[0].addr, "2001:db8::5054:ff:fe12:3456");
}

/* networkd's word counts where the kernel's flags do not tell: a lease for ever. */
static void test_lease_for_ever(void)
{
	struct link_state state = { .known = true, .dhcp4 = true };
	struct netlink nl;

	fill(&nl);
	add_address(&nl, "192.0.2.100/24", IFA_F_PERMANENT);
	test_equal_int(read_config(&nl, &state).v4.method, NET_METHOD_AUTO);
	fill(&nl);
	add_address(&nl, "192.0.2.100/24", IFA_F_PERMANENT);
	test_equal_int(read_config(&nl, NULL).v4.method, NET_METHOD_STATIC);
}

/* A gateway outside of every network of the link is reached on the link. */
static void test_onlink_gateway(void)
{
	struct net_config config;
	struct netlink nl;

	fill(&nl);
	add_address(&nl, "192.0.2.10/32", IFA_F_PERMANENT);
	add_route(&nl, 2, "198.51.100.1", 0);
	config = read_config(&nl, NULL);
	check_ip(&config.v4.gateway, "198.51.100.1");
	test_assert(config.v4.gateway_onlink);
}

/* No address: still asking, unless the other family was all that was wanted. */
static void test_without_addresses(void)
{
	struct link_state state = { .known = true, .administrative = "configuring" };
	struct net_config config;
	struct netlink nl;

	fill(&nl);
	config = read_config(&nl, NULL);
	test_equal_int(config.v4.method, NET_METHOD_AUTO);
	test_equal_int(config.v6.method, NET_METHOD_OFF);
	test_equal_int(config.v4.gateway.family, AF_UNSPEC);
	fill(&nl);
	add_address(&nl, "fe80::1/64", IFA_F_PERMANENT);
	config = read_config(&nl, &state);
	test_equal_int(config.v4.method, NET_METHOD_AUTO);
	test_equal_int(config.v6.method, NET_METHOD_AUTO);
	fill(&nl);
	add_address(&nl, "2001:db8::10/64", IFA_F_PERMANENT);
	strcpy(state.administrative, "configured");
	state.n_origins = 1;
	test_equal_int(ip_parse("2001:db8::10", &state.origins[0].addr), 0);
	strcpy(state.origins[0].source, "static");
	config = read_config(&nl, &state);
	test_equal_int(config.v4.method, NET_METHOD_OFF);
	test_equal_int(config.v6.method, NET_METHOD_STATIC);
}

/* More addresses than can be set, and those of other links. */
static void test_many_addresses(void)
{
	struct net_config config;
	struct netlink nl;

	fill(&nl);
	for (int i = 1; i <= 50; i++) {
		struct address address = make_address("10.0.0.1/8", IFA_F_PERMANENT);

		address.ip.addr.bytes[3] = i;
		address.ifindex = i % 5;
		test_equal_int(netlink_put_address(&nl, &address), 1);
	}
	config = read_config(&nl, NULL);
	test_equal_int(config.v4.n_addresses, NET_ADDRESSES_MAX);
	check_ip(&config.v4.addresses[0].addr, "10.0.0.2");
	check_ip(&config.v4.addresses[7].addr, "10.0.0.37");
}

/* Put a further route into what the manager tells. */
static void tell_route(
	struct link_state *state, const char *to, const char *gateway, const char *source)
{
	struct net_route *route = &state->routes[state->n_routes].route;

	test_equal_int(ip_prefix_parse(to, &route->destination), 0);
	if (*gateway)
		test_equal_int(ip_parse(gateway, &route->gateway), 0);
	route->metric = 1024;
	strcpy(state->routes[state->n_routes++].source, source);
}

/* All that a lease gave, but for the routes that networkd makes of its other values. */
static void test_whole_lease(void)
{
	struct link_state state = { .known = true, .dhcp4 = true, .n_ntp = 1, .n_dns = 2 };
	struct net_config config;
	struct netlink nl;

	fill(&nl);
	add_address(&nl, "192.0.2.100/24", 0);
	add_address(&nl, "2001:db8::100/128", 0);
	add_route(&nl, 2, "192.0.2.1", 1024);
	strcpy(state.ntp[0], "192.0.2.123");
	test_equal_int(ip_parse("198.51.100.53", &state.dns[0]), 0);
	test_equal_int(ip_parse("192.0.2.53", &state.dns[1]), 0);
	strcpy(state.lease.domains[state.lease.n_domains++], "example.com");
	tell_route(&state, "192.0.2.1/32", "", "DHCPv4");
	tell_route(&state, "192.0.2.53/32", "", "DHCPv4");
	tell_route(&state, "192.0.2.9/32", "", "DHCPv4");
	tell_route(&state, "198.51.100.53/32", "192.0.2.1", "DHCPv4");
	tell_route(&state, "192.0.2.123/32", "192.0.2.1", "DHCPv4");
	tell_route(&state, "10.0.0.0/8", "192.0.2.9", "DHCPv4");
	tell_route(&state, "203.0.113.7/32", "192.0.2.9", "DHCPv4");
	tell_route(&state, "172.16.0.0/12", "192.0.2.9", "static");
	tell_route(&state, "2001:db8::/64", "", "NDisc");
	tell_route(&state, "2001:db8:7::/48", "fe80::9", "NDisc");
	config = read_config(&nl, &state);
	test_equal_int((long long)config.n_routes, 4);
	check_ip(&config.routes[0].destination.addr, "10.0.0.0");
	test_equal_int(config.routes[0].metric, 0);
	check_ip(&config.routes[1].destination.addr, "203.0.113.7");
	check_ip(&config.routes[2].destination.addr, "172.16.0.0");
	test_equal_int(config.routes[2].metric, 1024);
	check_ip(&config.routes[3].gateway, "fe80::9");
	test_equal_int(config.v6.addresses[0].length, 64);
	test_equal_str(config.ntp[0], "192.0.2.123");
	test_equal_str(config.domains[0], "example.com");
	test_assert(!config.dhcp_by_mac && config.mtu == 0);
}

/* What the manager alone knows: the MTU that the lease set, the identifier, DHCPv6 by itself. */
static void test_manager_knows(void)
{
	struct link_state state = { .known = true, .dhcp4 = true, .lease.mtu = 1400 };
	struct link card = {
		.ifindex = 2, .name = "enp1s0", .mtu = 1400, .mac_len = 6, .mac = { 0x52 }
	};
	struct net_config config;
	struct netlink nl;

	fill(&nl);
	test_equal_int(netlink_put_link(&nl, &card), 1);
	add_address(&nl, "192.0.2.100/24", 0);
	add_address(&nl, "2001:db8::100/128", 0);
	strcpy(state.lease.client_id, "01:52:00:00:00:00:00");
	state.n_origins = 1;
	test_equal_int(ip_parse("2001:db8::100", &state.origins[0].addr), 0);
	strcpy(state.origins[0].source, "DHCPv6");
	config = read_config(&nl, &state);
	test_equal_int(config.mtu, 1400);
	test_assert(config.dhcp_by_mac);
	test_equal_int(config.v6.method, NET_METHOD_DHCP);
	fill(&nl);
	state.lease.mtu = 1300;
	strcpy(state.lease.client_id, "ff:52:00:00:00:00:00");
	test_equal_int(ip_parse("fe80::1", &state.gateway6), 0);
	add_address(&nl, "2001:db8::100/128", 0);
	config = read_config(&nl, &state);
	test_equal_int(config.mtu, 0);
	test_assert(!config.dhcp_by_mac);
	test_equal_int(config.v6.method, NET_METHOD_AUTO);
	test_equal_int(config.v6.addresses[0].length, 128);
}

/* Further routes of the kernel's where nobody manages the link. */
static void test_routes_of_the_kernel(void)
{
	struct route route = { .ifindex = 2, .metric = 5, .protocol = RTPROT_STATIC };
	struct net_config config;
	struct netlink nl;

	fill(&nl);
	test_equal_int(ip_prefix_parse("10.0.0.0/8", &route.destination), 0);
	test_equal_int(table_append(NETLINK_SET_ROUTES, &nl.tables[NETLINK_SET_ROUTES], &route), 0);
	route.ifindex = 3;
	test_equal_int(table_append(NETLINK_SET_ROUTES, &nl.tables[NETLINK_SET_ROUTES], &route), 0);
	config = read_config(&nl, NULL);
	test_equal_int((long long)config.n_routes, 1);
	test_equal_int(config.routes[0].metric, 5);
}

/* Which links a customer would plug a cable into. */
static void test_customers_links(void)
{
	static const struct {
		struct link link;
		bool customers;
	} table[] = {
		{ { .name = "eth0", .type = ARPHRD_ETHER }, true },
		{ { .name = "ib0", .type = ARPHRD_INFINIBAND }, true },
		{ { .name = "eth0", .kind = "veth", .type = ARPHRD_ETHER }, true },
		{ { .name = "br0", .kind = "bridge", .type = ARPHRD_ETHER }, true },
		{ { .name = "bond0", .kind = "bond", .type = ARPHRD_ETHER }, true },
		{ { .name = "eth0.5", .kind = "vlan", .type = ARPHRD_ETHER }, true },
		{ { .name = "br-lan", .kind = "bridge", .type = ARPHRD_ETHER }, true },
		{ { .name = "br-0123456789az", .kind = "bridge", .type = ARPHRD_ETHER }, true },
		{ { .name = "docker0", .type = ARPHRD_ETHER }, true },
		{ { .name = "eth0", .type = ARPHRD_ETHER, .master = 50 }, false },
		{ { .name = "eth0", .type = ARPHRD_ETHER, .master = 51 }, true },
		{ { .name = "eth0", .type = ARPHRD_ETHER, .master = 99 }, false },
		{ { .name = "lo", .type = ARPHRD_LOOPBACK, .flags = IFF_LOOPBACK }, false },
		{ { .name = "can0", .type = ARPHRD_CAN }, false },
		{ { .name = "docker0", .kind = "bridge", .type = ARPHRD_ETHER }, false },
		{ { .name = "virbr0", .kind = "bridge", .type = ARPHRD_ETHER }, false },
		{ { .name = "cni0", .kind = "bridge", .type = ARPHRD_ETHER }, false },
		{ { .name = "br-0123456789ab", .kind = "bridge", .type = ARPHRD_ETHER }, false },
		{ { .name = "cali123", .kind = "veth", .type = ARPHRD_ETHER }, false },
		{ { .name = "dummy0", .kind = "dummy", .type = ARPHRD_ETHER }, false },
		{ { .name = "tap0", .kind = "tun", .type = ARPHRD_ETHER }, false },
		{ { .name = "wg0", .kind = "wireguard", .type = ARPHRD_NONE }, false },
		{ { .name = "vxlan0", .kind = "vxlan", .type = ARPHRD_ETHER }, false },
	};
	struct link bridge = { .ifindex = 50, .name = "br0", .kind = "bridge" };
	struct link vrf = { .ifindex = 51, .name = "blue", .kind = "vrf" };
	struct netlink nl;

	fill(&nl);
	test_equal_int(netlink_put_link(&nl, &bridge), 1);
	test_equal_int(netlink_put_link(&nl, &vrf), 1);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		if (link_is_customers(&nl, &table[i].link) != table[i].customers)
			test_fail("%s of kind \"%s\", master %d", table[i].link.name,
				table[i].link.kind, table[i].link.master);
	empty(&nl);
}

/* Which addresses a URL may hold. */
static void test_usable_addresses(void)
{
	static const struct {
		const char *prefix;
		uint32_t flags;
		bool usable;
	} table[] = {
		{ "192.0.2.10/24", IFA_F_PERMANENT, true },
		{ "192.0.2.11/24", IFA_F_PERMANENT | IFA_F_SECONDARY, true },
		{ "192.0.2.12/24", 0, true },
		{ "2001:db8::10/64", IFA_F_PERMANENT, true },
		{ "2001:db8::11/64", IFA_F_TEMPORARY, false },
		{ "2001:db8::12/64", IFA_F_TENTATIVE, false },
		{ "2001:db8::13/64", IFA_F_DADFAILED | IFA_F_PERMANENT, false },
		{ "2001:db8::14/64", IFA_F_DEPRECATED, false },
		{ "fe80::1/64", IFA_F_PERMANENT, false },
		{ "169.254.7.7/16", IFA_F_PERMANENT, false },
		{ "127.0.0.1/8", IFA_F_PERMANENT, false },
	};
	struct netlink nl;

	fill(&nl);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct address address = make_address(table[i].prefix, table[i].flags);

		if (address_is_usable(&nl, &address) != table[i].usable)
			test_fail("%s with flags %x", table[i].prefix, table[i].flags);
	}
	empty(&nl);
}

/* The state of the link decides, once links have been read. */
static void test_usable_needs_carrier(void)
{
	struct address address = make_address("192.0.2.10/24", IFA_F_PERMANENT);
	struct link card = {
		.ifindex = 2, .name = "enp1s0", .type = ARPHRD_ETHER, .flags = IFF_UP
	};
	struct netlink nl;

	fill(&nl);
	test_assert(address_is_usable(&nl, &address));
	test_equal_int(netlink_put_link(&nl, &card), 1);
	test_assert(!address_is_usable(&nl, &address));
	nl.read[NETLINK_LINKS] = false;
	test_assert(address_is_usable(&nl, &address));
	nl.read[NETLINK_LINKS] = true;
	test_equal_int(netlink_remove_link(&nl, 2), 1);
	test_assert(!address_is_usable(&nl, &address));
	empty(&nl);
}

/* Rows stay in order and are updated in place. */
static void test_tables(void)
{
	const struct address *addresses;
	const struct link *links;
	struct address address = make_address("192.0.2.10/24", 0);
	struct netlink nl;
	size_t n;

	fill(&nl);
	for (int i = 100; i > 2; i -= 7) {
		struct link link = { .ifindex = i, .name = "x", .mtu = 1500 };

		test_equal_int(netlink_put_link(&nl, &link), 1);
		test_equal_int(netlink_put_link(&nl, &link), 0);
		link.mtu = 1400;
		test_equal_int(netlink_put_link(&nl, &link), 1);
	}
	links = netlink_links(&nl, &n);
	for (size_t i = 1; i < n; i++)
		test_assert(links[i - 1].ifindex < links[i].ifindex);
	add_address(&nl, "2001:db8::1/64", 0);
	add_address(&nl, "192.0.2.11/24", 0);
	add_address(&nl, "192.0.2.10/24", 0);
	address.valid_s = 7;
	test_equal_int(netlink_put_address(&nl, &address), 0);
	address.flags = IFA_F_DEPRECATED;
	test_equal_int(netlink_put_address(&nl, &address), 1);
	addresses = netlink_addresses(&nl, &n);
	test_equal_int(n, 3);
	check_ip(&addresses[0].ip.addr, "192.0.2.11");
	check_ip(&addresses[1].ip.addr, "192.0.2.10");
	test_equal_int(addresses[1].valid_s, 7);
	check_ip(&addresses[2].ip.addr, "2001:db8::1");
	test_equal_int(netlink_remove_address(&nl, &address), 1);
	test_equal_int(netlink_remove_address(&nl, &address), 0);
	test_equal_int(netlink_remove_link(&nl, 2), 1);
	test_equal_int(netlink_remove_link(&nl, 2), 0);
	netlink_addresses(&nl, &n);
	test_equal_int(n, 0);
	test_assert(!netlink_link_by_index(&nl, 2));
	test_assert(netlink_link_by_index(&nl, 100));
	test_assert(!netlink_link_by_name(&nl, "enp1s0"));
	empty(&nl);
}

int main(void)
{
	test_run(test_fixed);
	test_run(test_automatic);
	test_run(test_lease_for_ever);
	test_run(test_onlink_gateway);
	test_run(test_without_addresses);
	test_run(test_many_addresses);
	test_run(test_whole_lease);
	test_run(test_manager_knows);
	test_run(test_routes_of_the_kernel);
	test_run(test_customers_links);
	test_run(test_usable_addresses);
	test_run(test_usable_needs_carrier);
	test_run(test_tables);
	return test_result();
}
