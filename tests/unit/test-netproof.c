/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The judgement over tables filled by hand: what this kernel cannot make (VLANs, bonds), and what
 * is hard to bring about (leases for ever, half-done duplicate detection). */

#include <linux/if_addr.h>
#include <linux/rtnetlink.h>

#include "netlink_tables.h"
#include "netproof_judge.h"
#include "settings.h"
#include "test.h"
#include "util.h"

#include <linux/if_bonding.h> /* must come after net/if.h */

#define HEAD "# Network settings of firstboot; not to be edited.\n"
#define CARD "\n[Link]\nName=enp1s0\n"
#define OFF6 "\n[IPv6]\nMethod=off\n"
#define V4   "\n[IPv4]\nMethod=static\nAddress=192.0.2.10/24\nGateway=192.0.2.1\n"
#define AUTO "\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=automatic\n"
#define LIVE (IFF_UP | IFF_LOWER_UP)

static struct netlink nl;

/* Put a link into the table. */
static void add_link(struct link link)
{
	link.flags |= LIVE;
	test_equal_int(netlink_put_link(&nl, &link), 1);
}

/* Empty tables but for two cards, 2 and 3. */
static void begin(void)
{
	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		table_done(&nl.tables[kind]);
	memset(&nl, 0, sizeof(nl));
	add_link((struct link){ .ifindex = 2, .name = "enp1s0", .mtu = 1500 });
	add_link((struct link){ .ifindex = 3, .name = "enp2s0", .mtu = 1500 });
}

/* Give link 2 an address. */
static void add_address(const char *prefix, uint32_t flags)
{
	struct address address = { .ifindex = 2, .flags = flags };

	test_equal_int(ip_prefix_parse(prefix, &address.ip), 0);
	test_equal_int(netlink_put_address(&nl, &address), 1);
}

/* Give link 2 a route. */
static void add_route(const char *to, const char *gateway, uint8_t protocol, const char *source)
{
	struct route route = { .ifindex = 2, .protocol = protocol };

	test_equal_int(ip_prefix_parse(to, &route.destination), 0);
	if (*gateway)
		test_equal_int(ip_parse(gateway, &route.gateway), 0);
	if (*source)
		test_equal_int(ip_parse(source, &route.source), 0);
	test_equal_int(table_append(NETLINK_SET_ROUTES, &nl.tables[NETLINK_SET_ROUTES], &route), 0);
}

/* The verdict on the first link of a set, which had these settings before ("": none). */
static struct netproof_verdict judge(const char *old, const char *new, bool patient)
{
	static struct net_set before, after;
	struct netproof_verdict verdict;

	test_equal_int(settings_parse(*old ? old : HEAD, &before), 0);
	test_equal_int(settings_parse(new, &after), 0);
	netproof_judge(
		&nl, before.n_links ? &before.links[0] : NULL, &after.links[0], patient, &verdict);
	return verdict;
}

/* Compare a verdict with what is expected. */
#define check(verdict, expected_outcome, expected_thing)                                           \
	do {                                                                                       \
		struct netproof_verdict _v = (verdict);                                            \
		test_equal_int(_v.worst.outcome, (expected_outcome));                              \
		if (_v.worst.outcome != NETPROOF_HOLDS)                                            \
			test_equal_int(_v.worst.thing, (expected_thing));                          \
	} while (false)

/* Fixed settings, of which one thing after the other is right. */
static void test_fixed(void)
{
	static const char set[] = HEAD CARD V4 OFF6;

	begin();
	check(judge("", set, true), NETPROOF_MISSING, NETPROOF_ADDRESS);
	add_address("192.0.2.10/24", 0);
	check(judge("", set, true), NETPROOF_MISSING, NETPROOF_GATEWAY);
	add_route("0.0.0.0/0", "192.0.2.1", RTPROT_DHCP, "192.0.2.10");
	check(judge("", set, true), NETPROOF_MISSING, NETPROOF_GATEWAY);
	begin();
	add_address("192.0.2.10/24", 0);
	add_route("0.0.0.0/0", "192.0.2.1", RTPROT_STATIC, "");
	check(judge("", set, true), NETPROOF_LEFTOVER, NETPROOF_ADDRESS);
	begin();
	add_address("192.0.2.10/24", IFA_F_PERMANENT);
	add_route("0.0.0.0/0", "192.0.2.1", RTPROT_STATIC, "");
	check(judge("", set, true), NETPROOF_HOLDS, 0);
	add_route("10.0.0.0/8", "192.0.2.9", RTPROT_DHCP, "192.0.2.10");
	check(judge("", set, true), NETPROOF_LEFTOVER, NETPROOF_ADDRESS);
}

/* A lease for ever has no lifetime, but its routes tell. */
static void test_lease_for_ever(void)
{
	static const char set[] = HEAD CARD V4 OFF6;
	static const char old[] = HEAD CARD V4 OFF6;
	static const char lease[] = HEAD CARD AUTO;

	begin();
	add_address("192.0.2.10/24", IFA_F_PERMANENT);
	check(judge(old, lease, false), NETPROOF_LEFTOVER, NETPROOF_ADDRESS);
	add_route("0.0.0.0/0", "192.0.2.1", RTPROT_DHCP, "192.0.2.10");
	check(judge(old, lease, false), NETPROOF_HOLDS, 0);
	check(judge(lease, set, false), NETPROOF_MISSING, NETPROOF_GATEWAY);
}

/* IPv6 addresses are proven when duplicate detection is through; a duplicate is final. */
static void test_duplicate_detection(void)
{
	static const char set[] = HEAD CARD "\n[IPv4]\nMethod=off\n"
					    "\n[IPv6]\nMethod=static\nAddress=2001:db8::10/64\n";
	struct netproof_verdict verdict;

	begin();
	add_address("2001:db8::10/64", IFA_F_PERMANENT | IFA_F_TENTATIVE);
	check(judge("", set, true), NETPROOF_MISSING, NETPROOF_ADDRESS);
	begin();
	add_address("2001:db8::10/64", IFA_F_PERMANENT | IFA_F_TENTATIVE | IFA_F_DADFAILED);
	verdict = judge("", set, true);
	check(verdict, NETPROOF_DUPLICATE, NETPROOF_ADDRESS);
	test_assert(verdict.final);
	begin();
	add_address("2001:db8::10/64", IFA_F_PERMANENT);
	add_address("fe80::1/64", IFA_F_PERMANENT);
	check(judge("", set, true), NETPROOF_HOLDS, 0);
	add_address("2001:db8::99/64", IFA_F_TEMPORARY);
	check(judge("", set, true), NETPROOF_LEFTOVER, NETPROOF_ADDRESS);
}

/* Which automatic family must have an address. */
static void test_automatic(void)
{
	static const struct {
		const char *v4, *v6;
		bool has4, has6, patient;
		enum netproof_outcome outcome;
	} table[] = {
		{ "automatic", "automatic", false, false, false, NETPROOF_NO_LEASE },
		{ "automatic", "automatic", true, false, true, NETPROOF_HOLDS },
		{ "automatic", "automatic", false, true, true, NETPROOF_NO_LEASE },
		{ "automatic", "automatic", false, true, false, NETPROOF_HOLDS },
		{ "automatic", "off", false, false, false, NETPROOF_NO_LEASE },
		{ "off", "automatic", false, false, false, NETPROOF_NO_LEASE },
		{ "off", "automatic", false, true, true, NETPROOF_HOLDS },
		{ "automatic", "dhcp", true, false, false, NETPROOF_NO_LEASE },
		{ "automatic", "dhcp", true, true, false, NETPROOF_HOLDS },
		{ "off", "off", false, false, true, NETPROOF_HOLDS },
		{ "off", "off", true, false, true, NETPROOF_LEFTOVER },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct netproof_verdict verdict;
		char set[256];

		begin();
		if (table[i].has4)
			add_address("192.0.2.100/24", 0);
		if (table[i].has6)
			add_address("2001:db8::100/128", 0);
		snprintf(set, sizeof(set), HEAD CARD "\n[IPv4]\nMethod=%s\n\n[IPv6]\nMethod=%s\n",
			table[i].v4, table[i].v6);
		verdict = judge("", set, table[i].patient);
		if (verdict.worst.outcome != table[i].outcome)
			test_fail("row %zu: %d", i, (int)verdict.worst.outcome);
	}
}

/* A VLAN: its kind, number and parent; until it is there it may come. */
static void test_vlan(void)
{
	static const char set[] = HEAD "\n[Link]\nName=v7\nKind=vlan\nId=7\nPort=enp1s0\n"
				       "\n[IPv4]\nMethod=off\n" OFF6;
	static const struct {
		const char *kind;
		uint16_t id;
		int lower;
		enum netproof_outcome outcome;
	} table[] = {
		{ "vlan", 7, 2, NETPROOF_HOLDS },
		{ "vlan", 8, 2, NETPROOF_MISSING },
		{ "vlan", 7, 3, NETPROOF_MISSING },
		{ "bridge", 7, 2, NETPROOF_MISSING },
	};
	struct netproof_verdict verdict;
	static struct net_set old;

	begin();
	verdict = judge("", set, true);
	check(verdict, NETPROOF_NO_LINK, NETPROOF_DEVICE);
	test_assert(!verdict.final);
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct link vlan = {
			.ifindex = 9, .name = "v7", .vlan_id = table[i].id, .lower = table[i].lower
		};

		begin();
		strcpy(vlan.kind, table[i].kind);
		add_link(vlan);
		check(judge("", set, true), table[i].outcome, NETPROOF_DEVICE);
	}
	test_equal_int(settings_parse(set, &old), 0);
	netproof_judge_removed(&nl, &old.links[0], &verdict);
	test_equal_int(verdict.worst.outcome, NETPROOF_LEFTOVER);
	begin();
	netproof_judge_removed(&nl, &old.links[0], &verdict);
	test_equal_int(verdict.worst.outcome, NETPROOF_HOLDS);
}

/* A bond: its mode, and its ports without others. */
static void test_bond(void)
{
	static const char set[] = HEAD "\n[Link]\nName=bond0\nKind=bond\nMode=802.3ad\n"
				       "Port=enp1s0\nPort=enp2s0\n\n[IPv4]\nMethod=off\n" OFF6;
	struct link bond = {
		.ifindex = 9, .name = "bond0", .kind = "bond", .bond_mode = BOND_MODE_8023AD
	};
	struct link port = { .ifindex = 2, .name = "enp1s0", .flags = LIVE, .master = 9 };
	struct netproof_verdict verdict;

	begin();
	add_link(bond);
	test_equal_int(netlink_put_link(&nl, &port), 1);
	verdict = judge("", set, true);
	check(verdict, NETPROOF_MISSING, NETPROOF_PORT);
	test_equal_str(verdict.worst.port, "enp2s0");
	port.ifindex = 3;
	strcpy(port.name, "enp2s0");
	test_equal_int(netlink_put_link(&nl, &port), 1);
	check(judge("", set, true), NETPROOF_HOLDS, 0);
	add_link((struct link){ .ifindex = 4, .name = "enp3s0", .master = 9 });
	verdict = judge("", set, true);
	check(verdict, NETPROOF_LEFTOVER, NETPROOF_PORT);
	test_equal_str(verdict.worst.port, "enp3s0");
	test_equal_int(netlink_remove_link(&nl, 4), 1);
	bond.flags = LIVE;
	bond.bond_mode = BOND_MODE_ALB;
	test_equal_int(netlink_put_link(&nl, &bond), 1);
	check(judge("", set, true), NETPROOF_MISSING, NETPROOF_DEVICE);
}

/* The worst is told; without a cable only that. */
static void test_order(void)
{
	static const char set[] = HEAD CARD "MTUBytes=9000\n" V4 OFF6;
	struct link card = { .ifindex = 2, .name = "enp1s0", .mtu = 9000, .flags = IFF_UP };

	begin();
	add_address("192.0.2.99/24", 0);
	check(judge("", set, true), NETPROOF_MISSING, NETPROOF_MTU);
	test_equal_int(netlink_put_link(&nl, &card), 1);
	check(judge("", set, true), NETPROOF_NO_CABLE, NETPROOF_ADDRESS);
	card.mtu = 1500;
	test_equal_int(netlink_put_link(&nl, &card), 1);
	check(judge("", set, true), NETPROOF_MISSING, NETPROOF_MTU);
}

int main(void)
{
	test_run(test_fixed);
	test_run(test_lease_for_ever);
	test_run(test_duplicate_detection);
	test_run(test_automatic);
	test_run(test_vlan);
	test_run(test_bond);
	test_run(test_order);
	begin();
	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		table_done(&nl.tables[kind]);
	return test_result();
}
