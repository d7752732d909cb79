/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Profiles of NetworkManager's as text, and the calls that a change is planned as. */

#include <stdlib.h>
#include <string.h>

#include "nm_plan.h"
#include "settings.h"
#include "test.h"
#include "util.h"

#define HEAD "# Network settings of firstboot; not to be edited.\n"

static struct net_set old_set, new_set;

/* The settings of links, as settings.h writes them. */
static void parse(struct net_set *set, const char *links)
{
	char text[4096];

	(void)snprintf(text, sizeof(text), HEAD "%s", links);
	*set = (struct net_set){ 0 };
	test_assert(settings_parse(text, set) == 0);
}

/* Is this the profile of ifname in the role? */
static void check_profile(const char *ifname, const struct nm_role *role, const char *expected)
{
	struct nm_settings settings;
	_cleanup_free_ char *text = NULL;

	test_assert(nm_profile_compose(ifname, role, true, "", &settings) == 0);
	test_assert(nm_settings_render(&settings, &text) == 0);
	nm_settings_done(&settings);
	test_equal_str(text, expected);
}

#define CONNECTION(name, uuid, type)                                                               \
	"connection.id firstboot-" name "\nconnection.uuid " uuid "\nconnection.type " type        \
	"\nconnection.interface-name " name "\nconnection.autoconnect true\n"                      \
	"connection.autoconnect-priority 100\nconnection.autoconnect-retries 0\n"
#define UUID "e39574f4-d462-8698-9276-bf4f8ad2ea1c"

static void test_fixed(void)
{
	parse(&new_set, "\n[Link]\nName=enp1s0\nMTUBytes=9000\n"
			"\n[IPv4]\nMethod=static\nAddress=192.0.2.10/24\nAddress=192.0.2.11/24\n"
			"Gateway=192.0.2.1\n"
			"\n[IPv6]\nMethod=static\nAddress=2001:db8::10/64\nGateway=fe80::1\n"
			"GatewayOnLink=yes\n"
			"\n[Network]\nDNS=192.0.2.53\nDNS=2001:db8::53\nDomains=example.com\n"
			"\n[Route]\nDestination=10.0.0.0/8\nGateway=192.0.2.7\nMetric=50\n"
			"\n[Route]\nDestination=2001:db8:1::/48\nGateway=2001:db8::7\n");
	check_profile("enp1s0", &(struct nm_role){ .config = &new_set.links[0] },
		CONNECTION("enp1s0", UUID,
			"802-3-ethernet") "802-3-ethernet.mtu 9000\n"
					  "ipv4.method manual\n"
					  "ipv4.address-data 192.0.2.10/24, 192.0.2.11/24\n"
					  "ipv4.gateway 192.0.2.1\n"
					  "ipv4.route-data 10.0.0.0/8 via 192.0.2.7 metric 50\n"
					  "ipv4.dns 192.0.2.53\n"
					  "ipv4.dns-search example.com\n"
					  "ipv4.may-fail true\n"
					  "ipv6.method manual\n"
					  "ipv6.address-data 2001:db8::10/64\n"
					  "ipv6.route-data ::/0 via fe80::1 onlink, "
					  "2001:db8:1::/48 via 2001:db8::7\n"
					  "ipv6.dns 2001:db8::53\n"
					  "ipv6.may-fail true\n"
					  "ipv6.addr-gen-mode 0\n");
}

static void test_automatic(void)
{
	parse(&new_set, "\n[Link]\nName=enp1s0\n\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=dhcp\n"
			"\n[Network]\nDNS=192.0.2.53\n"
			"\n[DHCP]\nClientIdentifier=mac\nSendHostname=no\n");
	check_profile("enp1s0", &(struct nm_role){ .config = &new_set.links[0] },
		CONNECTION("enp1s0", UUID, "802-3-ethernet") "ipv4.method auto\n"
							     "ipv4.dns 192.0.2.53\n"
							     "ipv4.ignore-auto-dns true\n"
							     "ipv4.may-fail true\n"
							     "ipv4.dhcp-timeout 2147483647\n"
							     "ipv4.dhcp-client-id mac\n"
							     "ipv4.dhcp-send-hostname false\n"
							     "ipv6.method auto\n"
							     "ipv6.ignore-auto-dns true\n"
							     "ipv6.may-fail true\n"
							     "ipv6.addr-gen-mode 0\n"
							     "ipv6.dhcp-timeout 2147483647\n"
							     "ipv6.dhcp-duid ll\n"
							     "ipv6.dhcp-send-hostname false\n");
}

static void test_vlan_with_ipv4_off(void)
{
	parse(&new_set, "\n[Link]\nName=vlan7\nKind=vlan\nId=7\nPort=enp1s0\n"
			"\n[IPv4]\nMethod=off\n\n[IPv6]\nMethod=automatic\n"
			"\n[Network]\nDNS=192.0.2.53\nDomains=example.com\n");
	check_profile("vlan7", &(struct nm_role){ .config = &new_set.links[0] },
		CONNECTION("vlan7", "d27f4dfd-ac8c-8e8b-945f-0c102de61ef7",
			"vlan") "vlan.parent enp1s0\n"
				"vlan.id 7\n"
				"vlan.flags 1\n"
				"ipv4.method disabled\n"
				"ipv4.may-fail true\n"
				"ipv6.method auto\n"
				"ipv6.dns-search example.com\n"
				"ipv6.may-fail true\n"
				"ipv6.addr-gen-mode 0\n"
				"ipv6.dhcp-timeout 2147483647\n");
}

#define BOND                                                                                       \
	"\n[Link]\nName=bond0\nKind=bond\nMode=802.3ad\nPort=enp1s0\nPort=enp2s0\n"                \
	"\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=off\n"
#define CARD(name) "\n[Link]\nName=" name "\n\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=off\n"

static void test_bond_and_its_ports(void)
{
	parse(&new_set, BOND);
	check_profile("bond0", &(struct nm_role){ .config = &new_set.links[0] },
		CONNECTION("bond0", "9eb2766f-e41a-8b8e-bbd2-066146dc8322",
			"bond") "connection.autoconnect-slaves 1\n"
				"bond.options mode=802.3ad, miimon=100\n"
				"ipv4.method auto\n"
				"ipv4.may-fail true\n"
				"ipv4.dhcp-timeout 2147483647\n"
				"ipv6.method disabled\n"
				"ipv6.may-fail true\n"
				"ipv6.addr-gen-mode 0\n");
	check_profile("enp1s0", &(struct nm_role){ .master = "bond0" },
		CONNECTION("enp1s0", UUID,
			"802-3-ethernet") "connection.master bond0\nconnection.slave-type bond\n");
}

/* -- plans --------------------------------------------------------------------------------------
 */

/* What the test wants NetworkManager to have of a link. */
struct fact {
	const char *ifname;
	bool new;     /* the profile says the new role, else the old one */
	bool unsaved; /* in memory */
	bool other;   /* another profile is in force, which ours knows as the one before it */
	bool written; /* it said something else when it was activated */
};

/* Give the links the facts. */
static void set_facts(struct nm_links *links, const struct fact *facts, size_t n)
{
	for (size_t i = 0; i < links->n_links; i++) {
		struct nm_link *link = &links->links[i];

		if (strncmp(link->ifname, "enp", 3) == 0)
			link->device = strdup("/device");
		for (size_t k = 0; k < n; k++) {
			if (!streq(facts[k].ifname, link->ifname))
				continue;
			link->profile = strdup("/profile");
			link->unsaved = facts[k].unsaved;
			strcpy(link->digest, facts[k].new ? link->new_digest : link->old_digest);
			strcpy(link->previous, "before");
			link->previous_profile = strdup("/before");
			strcpy(link->active_uuid, facts[k].other ? "before" : link->uuid);
			if (!facts[k].other && !facts[k].written)
				strcpy(link->in_force, link->digest);
		}
	}
}

/* Is this what the step is planned as? */
static void check_plan(enum nm_step step, const struct fact *facts, size_t n, const char *expected)
{
	struct apply_change change = { .old = &old_set, .new = &new_set };
	struct nm_links links;
	struct nm_plan plan;
	_cleanup_free_ char *text = NULL;

	test_assert(nm_links_make(&change, &links) == 0);
	set_facts(&links, facts, n);
	test_assert(nm_plan_make(step, &links, &plan) == 0);
	test_assert(nm_plan_render(&plan, &text) == 0);
	test_equal_str(text, expected);
	nm_plan_done(&plan);
	nm_links_done(&links);
}

#define CHECK_PLAN(step, expected, ...)                                                            \
	check_plan(step, (const struct fact[]){ __VA_ARGS__ },                                     \
		ARRAY_SIZE(((const struct fact[]){ __VA_ARGS__ })), expected)

static void test_plan_of_a_first_change(void)
{
	parse(&old_set, "");
	parse(&new_set, CARD("enp1s0"));
	check_plan(NM_STEP_TRY, NULL, 0, "checkpoint\nwrite enp1s0\nactivate enp1s0\n");
	CHECK_PLAN(NM_STEP_KEEP, "forget-checkpoint\nwrite enp1s0 to-disk\n",
		{ .ifname = "enp1s0", .new = true, .unsaved = true });
	CHECK_PLAN(NM_STEP_TAKE_BACK,
		"activate-previous enp1s0\ndelete enp1s0\nforget-checkpoint\n",
		{ .ifname = "enp1s0", .new = true, .unsaved = true });
	/* NetworkManager has taken it back by itself, or after a reset. */
	check_plan(NM_STEP_TAKE_BACK, NULL, 0, "forget-checkpoint\n");
	check_plan(NM_STEP_KEEP, NULL, 0,
		"forget-checkpoint\nwrite enp1s0 to-disk\nactivate enp1s0\n");
	/* Kept already. */
	CHECK_PLAN(NM_STEP_KEEP, "forget-checkpoint\n", { .ifname = "enp1s0", .new = true });
}

static void test_plan_of_a_bond(void)
{
	parse(&old_set, CARD("enp1s0"));
	parse(&new_set, BOND);
	CHECK_PLAN(NM_STEP_TRY,
		"checkpoint\nwrite bond0\nwrite enp1s0\nwrite enp2s0\n"
		"activate bond0\nactivate enp1s0\nactivate enp2s0\n",
		{ .ifname = "enp1s0" });
	CHECK_PLAN(NM_STEP_TAKE_BACK,
		"write enp1s0 to-disk or-in-memory\nactivate-previous enp2s0\ndelete enp2s0\n"
		"delete bond0\nactivate enp1s0\nforget-checkpoint\n",
		{ .ifname = "enp1s0", .new = true, .unsaved = true },
		{ .ifname = "enp2s0", .new = true, .unsaved = true },
		{ .ifname = "bond0", .new = true, .unsaved = true });
}

/* What was cut off between writing and activating. */
static void test_plan_of_a_profile_not_in_force(void)
{
	parse(&old_set, CARD("enp1s0"));
	parse(&new_set, BOND);
	CHECK_PLAN(NM_STEP_TAKE_BACK, "activate enp1s0\nforget-checkpoint\n",
		{ .ifname = "enp1s0", .written = true });
}

static void test_plan_of_a_link_that_leaves(void)
{
	parse(&old_set, CARD("enp1s0") CARD("enp2s0"));
	parse(&new_set, CARD("enp1s0"));
	CHECK_PLAN(NM_STEP_TRY, "checkpoint\nwrite enp2s0 idle\nactivate-previous enp2s0\n",
		{ .ifname = "enp1s0" }, { .ifname = "enp2s0" });
	CHECK_PLAN(NM_STEP_KEEP, "forget-checkpoint\ndelete enp2s0\n", { .ifname = "enp1s0" },
		{ .ifname = "enp2s0", .new = true, .unsaved = true, .other = true });
}

/* Another program may have overwritten what is kept. A link that has gone is left alone. */
static void test_plan_of_the_same_again(void)
{
	parse(&old_set, CARD("enp1s0") CARD("away0"));
	parse(&new_set, CARD("enp1s0") CARD("away0"));
	CHECK_PLAN(NM_STEP_TRY, "checkpoint\nwrite enp1s0\nactivate enp1s0\n",
		{ .ifname = "enp1s0" }, { .ifname = "away0" });
	CHECK_PLAN(NM_STEP_KEEP, "forget-checkpoint\nwrite enp1s0 to-disk\n",
		{ .ifname = "enp1s0", .unsaved = true }, { .ifname = "away0" });
	CHECK_PLAN(NM_STEP_KEEP, "forget-checkpoint\nwrite enp1s0 to-disk\nactivate enp1s0\n",
		{ .ifname = "enp1s0" }, { .ifname = "away0" });
	CHECK_PLAN(NM_STEP_TAKE_BACK, "write enp1s0 to-disk or-in-memory\nforget-checkpoint\n",
		{ .ifname = "enp1s0", .unsaved = true }, { .ifname = "away0" });
}

#define VLAN(id)                                                                                   \
	"\n[Link]\nName=enp1s0.5\nKind=vlan\nId=" id                                               \
	"\nPort=enp1s0\n\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=off\n"

/* NetworkManager does not give a VLAN that is there another number. */
static void test_plan_of_another_vlan(void)
{
	parse(&old_set, CARD("enp1s0") VLAN("5"));
	parse(&new_set, CARD("enp1s0") VLAN("6"));
	CHECK_PLAN(NM_STEP_TRY,
		"checkpoint\nwrite enp1s0.5\ndelete-device enp1s0.5\nactivate enp1s0.5\n",
		{ .ifname = "enp1s0" }, { .ifname = "enp1s0.5" });
	CHECK_PLAN(NM_STEP_KEEP, "forget-checkpoint\nwrite enp1s0.5 to-disk\n",
		{ .ifname = "enp1s0" }, { .ifname = "enp1s0.5", .new = true, .unsaved = true });
	CHECK_PLAN(NM_STEP_TAKE_BACK,
		"write enp1s0.5 to-disk or-in-memory\ndelete-device enp1s0.5\n"
		"activate enp1s0.5\nforget-checkpoint\n",
		{ .ifname = "enp1s0" }, { .ifname = "enp1s0.5", .new = true, .unsaved = true });
}

int main(void)
{
	test_run(test_fixed);
	test_run(test_automatic);
	test_run(test_vlan_with_ipv4_off);
	test_run(test_bond_and_its_ports);
	test_run(test_plan_of_a_first_change);
	test_run(test_plan_of_a_bond);
	test_run(test_plan_of_a_profile_not_in_force);
	test_run(test_plan_of_the_same_again);
	test_run(test_plan_of_another_vlan);
	test_run(test_plan_of_a_link_that_leaves);
	return test_result();
}
