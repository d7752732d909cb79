/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <net/if_arp.h>

#include "names.h"
#include "net_drafts.h"
#include "netlink_tables.h"
#include "page_network.h"
#include "test.h"
#include "util.h"

/* A machine with two cards, and what firstboot has set on it. */
struct machine {
	struct netlink nl;
	struct app app;
	struct net_drafts drafts;
	struct net_set change;
	int ifindexes[NET_LINKS_MAX];
	uint32_t flags;
};

/* Plug a card in. */
static void add_card(struct machine *machine, int ifindex, const char *name)
{
	struct link link = { .ifindex = ifindex, .type = ARPHRD_ETHER };

	(void)snprintf(link.name, sizeof(link.name), "%s", name);
	test_assert(netlink_put_link(&machine->nl, &link) >= 0);
}

/* Begin with these settings kept. */
static struct machine *machine_new(const struct net_config *kept, size_t n)
{
	struct machine *machine = calloc(1, sizeof(*machine));

	if (!machine)
		abort();
	machine->app.nl = &machine->nl;
	add_card(machine, 2, "enp1s0");
	add_card(machine, 3, "enp2s0");
	machine->drafts.kept = calloc(1, sizeof(*machine->drafts.kept));
	if (!machine->drafts.kept)
		abort();
	for (size_t i = 0; i < n; i++)
		test_assert(net_set_put(machine->drafts.kept, &kept[i]) >= 0);
	return machine;
}

static void machine_free(struct machine *machine)
{
	drafts_done(&machine->drafts);
	for (size_t i = 0; i < NETLINK_N_KINDS; i++)
		table_done(&machine->nl.tables[i]);
	free(machine);
}

/* An address of 192.0.2.0/24. */
static struct ip_prefix address(uint8_t last)
{
	return (struct ip_prefix){ { AF_INET, { 192, 0, 2, last } }, 24 };
}

/* Settings with one fixed address. */
static struct net_config fixed(const char *ifname, uint8_t last)
{
	struct net_config config;

	net_config_init(&config, ifname);
	config.v4.method = NET_METHOD_STATIC;
	config.v4.addresses[config.v4.n_addresses++] = address(last);
	return config;
}

/* A bond of both cards. */
static struct net_config bond(void)
{
	struct net_config config = fixed("bond0", 10);

	config.device = (struct net_device){ .kind = NET_DEVICE_BOND, .n_ports = 2 };
	strcpy(config.device.ports[0], "enp1s0");
	strcpy(config.device.ports[1], "enp2s0");
	return config;
}

/* Open the link and take it as it is. */
static struct net_draft *touch(struct machine *machine, const char *ifname)
{
	struct problem problem = { 0 };
	struct net_draft *draft = NULL;

	test_equal_int(drafts_open(&machine->drafts, &machine->app, ifname, &draft), 0);
	machine->drafts.current = draft;
	if (draft && !drafts_touch(&machine->drafts, &problem))
		test_fail("%s", problem.text);
	return draft;
}

/* What would be asked of firstbootd. */
static void change(struct machine *machine)
{
	drafts_change(&machine->drafts, &machine->app, &machine->change, machine->ifindexes,
		&machine->flags);
}

/* The simple case: one card alone is named, whatever else is kept. */
static void test_one_card(void)
{
	struct net_config kept[] = { fixed("enp1s0", 10), fixed("enp2s0", 20) };
	struct machine *machine = machine_new(kept, ARRAY_SIZE(kept));
	struct net_draft *draft = touch(machine, "enp2s0");

	test_assert(net_config_equal(&draft->wanted, &kept[1]));
	draft->wanted.v4.addresses[0] = address(21);
	change(machine);
	test_equal_int(machine->change.n_links, 1);
	test_equal_int(machine->flags, 0);
	test_equal_int(machine->ifindexes[0], 3);
	test_equal_str(machine->change.links[0].ifname, "enp2s0");
	test_assert(ip_prefix_equal(
		&machine->change.links[0].v4.addresses[0], &draft->wanted.v4.addresses[0]));
	drafts_applied(&machine->drafts);
	test_equal_int(machine->drafts.kept->n_links, 2);
	test_assert(net_config_equal(net_set_find(machine->drafts.kept, "enp2s0"), &draft->wanted));
	machine_free(machine);
}

/* A port has no settings of its own: what it had leaves, so that all links are named. */
static void test_bond_takes_its_ports(void)
{
	struct net_config kept[] = { fixed("enp1s0", 10) };
	struct machine *machine = machine_new(kept, ARRAY_SIZE(kept));
	struct net_config wanted = bond();
	struct net_draft *draft, *port = touch(machine, "enp1s0");
	struct problem problem;

	test_equal_int(drafts_add(&machine->drafts, "bond0", &wanted.device, port, &draft), 0);
	test_assert(ip_prefix_equal(&draft->wanted.v4.addresses[0], &kept[0].v4.addresses[0]));
	test_assert(!drafts_bond_of(&machine->drafts, "enp1s0"));
	machine->drafts.current = draft;
	test_assert(drafts_touch(&machine->drafts, &problem));
	test_equal_str(drafts_bond_of(&machine->drafts, "enp1s0"), "bond0");
	change(machine);
	test_equal_int(machine->change.n_links, 1);
	test_equal_str(machine->change.links[0].ifname, "bond0");
	test_equal_int(machine->ifindexes[0], 0);
	test_equal_int(machine->flags, NET_CHANGE_REPLACE);
	machine_free(machine);
}

/* A device that goes is left out, everything else that is kept is named. */
static void test_removal(void)
{
	struct net_config kept[] = { fixed("enp1s0", 20), bond() };
	struct machine *machine = machine_new(&kept[1], 1);

	test_equal_str(drafts_bond_of(&machine->drafts, "enp2s0"), "bond0");
	drafts_remove(&machine->drafts, "bond0");
	test_assert(!drafts_bond_of(&machine->drafts, "enp2s0"));
	test_assert(drafts_touched(&machine->drafts));
	touch(machine, "enp1s0")->wanted = kept[0];
	change(machine);
	test_equal_int(machine->change.n_links, 1);
	test_equal_str(machine->change.links[0].ifname, "enp1s0");
	test_equal_int(machine->flags, NET_CHANGE_REPLACE);
	drafts_applied(&machine->drafts);
	test_equal_int(machine->drafts.n_removed, 0);
	test_assert(!net_set_find(machine->drafts.kept, "bond0"));
	machine_free(machine);
}

/* What was asked for is forgotten, what is kept is not. */
static void test_forgotten(void)
{
	struct net_config kept[] = { bond() };
	struct machine *machine = machine_new(kept, 1);

	strcpy(machine->drafts.kept->advertised, "enp1s0");
	touch(machine, "enp1s0")->wanted = fixed("enp1s0", 20);
	strcpy(machine->drafts.advertised, "enp2s0");
	machine->drafts.advertised_touched = true;
	drafts_remove(&machine->drafts, "bond0");
	drafts_forget(&machine->drafts);
	test_assert(!drafts_touched(&machine->drafts));
	test_equal_int(machine->drafts.n_removed, 0);
	test_equal_str(drafts_bond_of(&machine->drafts, "enp2s0"), "bond0");
	test_equal_str(machine->drafts.advertised, "enp1s0");
	machine_free(machine);
}

/* It comes back when it is made anew. */
static void test_removed_and_made_again(void)
{
	struct net_config kept[] = { bond() };
	struct machine *machine = machine_new(kept, 1);
	struct net_draft *draft;
	struct problem problem;

	drafts_remove(&machine->drafts, "bond0");
	test_equal_int(drafts_add(&machine->drafts, "bond0", &kept[0].device, NULL, &draft), 0);
	machine->drafts.current = draft;
	test_assert(drafts_touch(&machine->drafts, &problem));
	change(machine);
	test_equal_int(machine->change.n_links, 1);
	test_equal_int(machine->flags, 0);
	machine_free(machine);
}

/* Settings that break a rule together are refused, and do not count. */
static void test_refused_together(void)
{
	struct machine *machine = machine_new(NULL, 0);
	struct net_device vlan = { .kind = NET_DEVICE_VLAN, .n_ports = 1, .vlan_id = 20 };
	struct net_draft *draft;
	struct problem problem;

	strcpy(vlan.ports[0], "enp1s0");
	for (int i = 0; i < 2; i++) {
		test_equal_int(drafts_add(&machine->drafts, i ? "other20" : "enp1s0.20", &vlan,
				       NULL, &draft),
			0);
		machine->drafts.current = draft;
		test_equal_int(drafts_touch(&machine->drafts, &problem), i == 0);
		test_equal_int(draft->touched, i == 0);
	}
	machine_free(machine);
}

/* What a lease gives is not asked for, unless it is to be fixed. */
static void test_given(void)
{
	struct machine *machine = machine_new(NULL, 0);
	struct net_draft *draft = touch(machine, "enp1s0");
	struct problem problem;

	strcpy(draft->filled.ntp[draft->filled.n_ntp++], "192.0.2.123");
	draft->filled.mtu = 1400;
	draft->filled.routes[draft->filled.n_routes++] =
		(struct net_route){ .destination = { { AF_INET, { 10 } }, 8 },
			.gateway = { AF_INET, { 192, 0, 2, 1 } } };
	draft->filled.dns[draft->filled.n_dns++] = address(53).addr;
	draft->origins.ntp = draft->origins.mtu = draft->origins.routes = ORIGIN_LEASE;
	draft->wanted = draft->filled;
	test_assert(drafts_touch(&machine->drafts, &problem));
	test_equal_int(draft->wanted.n_ntp + draft->wanted.n_routes + draft->wanted.n_dns, 0);
	test_equal_int(draft->wanted.mtu, 0);

	draft->wanted = draft->filled;
	draft->wanted.mtu = 1300;
	test_assert(drafts_touch(&machine->drafts, &problem));
	test_equal_int(draft->wanted.mtu, 1300);

	draft->wanted = draft->filled;
	draft->wanted.v4 = fixed("enp1s0", 10).v4;
	test_assert(drafts_touch(&machine->drafts, &problem));
	test_equal_int(draft->wanted.n_ntp + draft->wanted.n_routes + draft->wanted.n_dns, 3);
	test_equal_int(draft->wanted.mtu, 1400);
	machine_free(machine);
}

/* The longest lists that there are come back from their fields. */
static void test_long_texts(void)
{
	struct net_texts *texts = malloc(sizeof(*texts));
	struct net_config config = { 0 };

	if (!texts)
		abort();
	for (size_t i = 0; i < NET_DOMAINS_MAX; i++) {
		memset(config.domains[i], 'a' + (char)i, DOMAIN_MAX - 1);
		config.n_domains++;
	}
	network_texts_fill(texts, &config);
	test_equal_int(strlen(texts->domains), NET_DOMAINS_MAX * DOMAIN_MAX - 1);
	free(texts);
}

int main(void)
{
	test_run(test_one_card);
	test_run(test_bond_takes_its_ports);
	test_run(test_removal);
	test_run(test_forgotten);
	test_run(test_removed_and_made_again);
	test_run(test_refused_together);
	test_run(test_given);
	test_run(test_long_texts);
	return test_result();
}
