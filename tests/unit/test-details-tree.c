/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The order and depth in which links are told, over tables filled by hand. */

#include <net/if_arp.h>

#include "details_tree.h"
#include "netlink_tables.h"
#include "test.h"
#include "util.h"

#define LIVE (IFF_UP | IFF_LOWER_UP)

/* Put links into the tables; index i is at place i - 1. A default route leads through route. */
static void fill(struct netlink *nl, const struct link *links, size_t n, int route)
{
	memset(nl, 0, sizeof(*nl));
	for (size_t i = 0; i < n; i++) {
		struct link link = links[i];

		link.ifindex = (int)i + 1;
		if (link.type == 0)
			link.type = ARPHRD_ETHER;
		test_equal_int(netlink_put_link(nl, &link), 1);
	}
	if (route > 0) {
		struct default_route row = { .ifindex = route, .metric = 100, .family = AF_INET };

		test_equal_int(table_append(NETLINK_ROUTES, &nl->tables[NETLINK_ROUTES], &row), 0);
	}
}

/* "name", or " name" below another, and so on, with commas; "*" where it is of containers. */
static void check(const struct link *links, size_t n, int route, const char *expected)
{
	_cleanup_free_ struct details_node *nodes = NULL;
	struct netlink nl;
	struct app app = { .nl = &nl };
	char text[512] = "";
	size_t n_nodes = 0, used = 0;

	fill(&nl, links, n, route);
	test_equal_int(details_tree(&app, &nodes, &n_nodes), 0);
	test_equal_int(n_nodes, n);
	for (size_t i = 0; i < n_nodes; i++)
		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%*s%s%s",
			i ? "," : "", (int)nodes[i].depth, "", nodes[i].containers ? "*" : "",
			links[nodes[i].ifindex - 1].name);
	test_equal_str_at(expected, text, expected);
	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		table_done(&nl.tables[kind]);
}

#define CHECK(links, route, expected) check(links, ARRAY_SIZE(links), route, expected)

/* The default route first, then what has a cable, then the other cards, then the rest. */
static void test_order(void)
{
	static const struct link links[] = {
		{ .name = "lo", .type = ARPHRD_LOOPBACK, .flags = LIVE | IFF_LOOPBACK },
		{ .name = "a", .flags = IFF_UP },
		{ .name = "b", .flags = LIVE },
		{ .name = "c", .flags = LIVE },
	};

	CHECK(links, 4, "c,b,a,lo");
	CHECK(links, 0, "b,c,a,lo");
}

/* A bridge of a VLAN of a bond of two cards, and a VLAN beside it. */
static void test_what_sits_on_what(void)
{
	static const struct link links[] = {
		{ .name = "card1", .flags = LIVE, .master = 3 },
		{ .name = "card2", .flags = LIVE, .master = 3 },
		{ .name = "bond0", .kind = "bond", .flags = LIVE },
		{ .name = "bond0.7", .kind = "vlan", .flags = LIVE, .lower = 3, .master = 6 },
		{ .name = "bond0.8", .kind = "vlan", .flags = LIVE, .lower = 3 },
		{ .name = "br0", .kind = "bridge", .flags = LIVE },
	};

	CHECK(links, 6, "br0, bond0.7,bond0, card1, card2, bond0.8");
}

/* A VRF only sorts routes; a parent in another namespace is not there. */
static void test_what_is_no_parent(void)
{
	static const struct link links[] = {
		{ .name = "card", .flags = LIVE, .master = 2 },
		{ .name = "vrf", .kind = "vrf", .flags = LIVE },
		{ .name = "mac", .kind = "macvlan", .flags = LIVE, .lower = 99 },
	};

	CHECK(links, 0, "card,mac,vrf");
}

/* Containers' come last, whatever they hang on. */
static void test_containers(void)
{
	static const struct link links[] = {
		{ .name = "docker0", .kind = "bridge", .flags = LIVE },
		{ .name = "veth1", .kind = "veth", .flags = LIVE, .master = 1 },
		{ .name = "br0", .kind = "bridge", .flags = LIVE },
		{ .name = "vnet0", .kind = "tun", .flags = LIVE, .master = 3 },
		{ .name = "card", .flags = LIVE, .master = 3 },
	};

	CHECK(links, 0, "br0, card,*docker0, *veth1,*vnet0");
}

/* What can only be half a picture, taken while links change: each is told once. */
static void test_circles(void)
{
	static const struct link links[] = {
		{ .name = "a", .flags = LIVE, .lower = 2 },
		{ .name = "b", .flags = LIVE, .lower = 1 },
		{ .name = "self", .flags = LIVE, .lower = 3 },
	};

	CHECK(links, 0, "self,a, b");
}

/* Deeper than anybody builds: nothing is left out. */
static void test_depth(void)
{
	struct link links[40] = { 0 };
	_cleanup_free_ struct details_node *nodes = NULL;
	struct netlink nl;
	struct app app = { .nl = &nl };
	size_t n = 0;

	for (int i = 0; i < 40; i++)
		links[i] = (struct link){ .name = "x", .flags = LIVE, .lower = i };
	fill(&nl, links, 40, 0);
	test_equal_int(details_tree(&app, &nodes, &n), 0);
	test_equal_int(n, 40);
	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		table_done(&nl.tables[kind]);
}

int main(void)
{
	test_run(test_order);
	test_run(test_what_sits_on_what);
	test_run(test_what_is_no_parent);
	test_run(test_containers);
	test_run(test_circles);
	test_run(test_depth);
	return test_result();
}
