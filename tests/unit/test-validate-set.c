/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "any.h"
#include "netfile.h"
#include "settings.h"
#include "test.h"
#include "util.h"
#include "validate.h"

#define SETTINGS	  "# Network settings of firstboot; not to be edited.\n"
#define LINK(n)		  "\n[Link]\nName=" n "\n"
#define AUTO		  "\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=automatic\n"
#define OFF		  "\n[IPv4]\nMethod=off\n\n[IPv6]\nMethod=off\n"
#define FIXED(a)	  "\n[IPv4]\nMethod=static\nAddress=" a "\n\n[IPv6]\nMethod=off\n"
#define VLAN(n, id, port) "\n[Link]\nName=" n "\nKind=vlan\nId=" id "\nPort=" port "\n"
#define BOND(n, ports)	  "\n[Link]\nName=" n "\nKind=bond\nMode=active-backup\n" ports

/* Sets, and why they are refused; NULL: they are not. */
static const struct {
	const char *settings, *expected;
} table[] = {
	{ "", NULL },
	{ LINK("enp1s0") AUTO, NULL },
	{ LINK("enp1s0") AUTO LINK("enp2s0") FIXED("192.0.2.10/24"), NULL },
	{ "\n[Set]\nAdvertised=enp2s0\n" LINK("enp1s0") AUTO LINK("enp2s0") AUTO, NULL },
	{ "\n[Set]\nAdvertised=enp3s0\n" LINK("enp1s0") AUTO, "enp3s0 cannot be advertised" },
	{ "\n[Set]\nAdvertised=lo\n" LINK("enp1s0") AUTO, "lo is no network card" },
	{ LINK("enp1s0") AUTO LINK("enp1s0") AUTO, "settings for enp1s0 twice" },
	{ LINK("enp1s0") FIXED("192.0.2.10/24") LINK("enp2s0") FIXED("192.0.2.10/25"),
		"192.0.2.10 is the address of both enp1s0 and enp2s0" },
	{ LINK("enp1s0") OFF, "nobody could reach" },
	{ LINK("enp1s0") OFF LINK("enp2s0") OFF, "nobody could reach" },
	{ LINK("enp1s0") OFF LINK("enp2s0") AUTO, NULL },
	/* VLANs */
	{ VLAN("vlan5", "5", "enp1s0") AUTO, NULL },
	{ LINK("enp1s0") OFF VLAN("vlan5", "5", "enp1s0") AUTO, NULL },
	{ VLAN("vlan5", "5", "enp1s0") AUTO VLAN("vlan6", "6", "enp1s0") AUTO, NULL },
	{ VLAN("vlan5", "5", "enp1s0") AUTO VLAN("vlan6", "5", "enp2s0") AUTO, NULL },
	{ VLAN("vlan5", "5", "enp1s0") AUTO VLAN("vlan6", "5", "enp1s0") AUTO,
		"vlan5 and vlan6 are both VLAN 5 on enp1s0" },
	{ VLAN("vlan5", "5", "vlan5") AUTO, "vlan5 cannot be made of itself" },
	{ VLAN("vlan5", "0", "enp1s0") AUTO, "0 is no VLAN" },
	{ VLAN("vlan5", "4095", "enp1s0") AUTO, "4095 is no VLAN" },
	{ VLAN("vlan5", "5", "enp1s0\nPort=enp2s0") AUTO, "needs one network card" },
	{ VLAN("vlan5", "5", "lo") AUTO, "lo is no network card" },
	{ VLAN("vlan5", "5", "enp1s0") AUTO VLAN("vlan6", "6", "vlan5") AUTO,
		"vlan6 cannot stand on vlan5, which is a VLAN itself" },
	{ VLAN("vlan5", "5", "vlan6") AUTO VLAN("vlan6", "6", "vlan5") AUTO,
		"vlan5 cannot stand on vlan6" },
	{ LINK("enp1s0\nMTUBytes=1400") AUTO VLAN("vlan5", "5", "enp1s0\nMTUBytes=1400") AUTO,
		NULL },
	{ LINK("enp1s0\nMTUBytes=1400") AUTO VLAN("vlan5", "5", "enp1s0\nMTUBytes=1401") AUTO,
		"Type 1400 or less" },
	{ LINK("enp1s0\nMTUBytes=9000") AUTO VLAN("vlan5", "5", "enp1s0\nMTUBytes=9000") AUTO,
		NULL },
	{ LINK("enp1s0") AUTO VLAN("vlan5", "5", "enp1s0\nMTUBytes=9000") AUTO,
		"only after enp1s0 below it is given one of 9000" },
	{ VLAN("vlan5", "5", "enp1s0\nMTUBytes=1501") AUTO, "only after enp1s0" },
	{ VLAN("vlan5", "5", "enp1s0\nMTUBytes=1500") AUTO, NULL },
	/* bonds */
	{ BOND("bond0", "Port=enp1s0\nPort=enp2s0\n") AUTO, NULL },
	{ BOND("bond0", "Port=enp1s0\n") AUTO VLAN("vlan5", "5", "bond0") AUTO, NULL },
	{ BOND("bond0", "") AUTO, "bond0 needs 1 to 8" },
	{ BOND("bond0", "Port=bond0\n") AUTO, "bond0 cannot be made of itself" },
	{ BOND("bond0", "Port=enp1s0\nPort=enp1s0\n") AUTO, "enp1s0 is in bond0 twice" },
	{ BOND("bond0", "Port=enp1s0\n") AUTO LINK("enp1s0") AUTO,
		"enp1s0 is a part of bond0 and cannot have settings" },
	{ LINK("enp1s0") AUTO BOND("bond0", "Port=enp1s0\n") AUTO,
		"enp1s0 is a part of bond0 and cannot have settings" },
	{ BOND("bond0", "Port=enp1s0\n") AUTO BOND("bond1", "Port=enp1s0\n") AUTO,
		"enp1s0 cannot be a part of both" },
	{ BOND("bond0", "Port=enp1s0\n") AUTO VLAN("vlan5", "5", "enp1s0") AUTO,
		"Let it stand on bond0" },
	{ VLAN("vlan5", "5", "enp1s0") AUTO BOND("bond0", "Port=enp1s0\n") AUTO,
		"Let it stand on bond0" },
	{ VLAN("vlan5", "5", "enp1s0") AUTO BOND("bond0", "Port=vlan5\n") AUTO,
		"vlan5 is a part of bond0 and cannot have settings" },
	/* what is wrong in a single link */
	{ LINK("enp1s0\nMTUBytes=1000") AUTO, "too small for IPv6" },
	{ LINK("enp1s0\nMTUBytes=70000") AUTO, "no MTU" },
	{ LINK("enp1s0") AUTO "\n[Network]\nNTP=NTP.example\n", "must be written as ntp.example" },
	{ LINK("enp1s0") AUTO "\n[Network]\nNTP=a_b\n", "underscore" },
	{ LINK("enp1s0") AUTO "\n[Network]\nNTP=192.0.2.300\n", "neither an address nor a name" },
	{ LINK("enp1s0") FIXED("192.0.2.10/24") "\n[Route]\nDestination=10.0.0.0/8\n"
						"Gateway=198.51.100.1\n",
		"none of this link's networks" },
	{ LINK("enp1s0") AUTO "\n[Route]\nDestination=10.0.0.1/8\n", "Type 10.0.0.0/8" },
	{ LINK("enp1s0") AUTO "\n[Route]\nDestination=0.0.0.0/0\n", "the way to everywhere" },
};

/* Each rule is held to. */
static void test_rules(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		static struct net_set set;
		struct problem problem;
		char text[2048];
		bool good;

		snprintf(text, sizeof(text), SETTINGS "%s", table[i].settings);
		if (settings_parse(text, &set) < 0) {
			test_fail("row %zu is none:\n%s", i, text);
			continue;
		}
		good = validate_net_set(&set, &problem);
		if (good != !table[i].expected)
			test_fail("row %zu: %s\n%s", i, good ? "was taken" : problem.text, text);
		else if (!good && !strstr(problem.text, table[i].expected))
			test_fail("row %zu: expected \"%s\" in \"%s\"", i, table[i].expected,
				problem.text);
	}
}

/* Numbers that no text has, but that the bus may bring. */
static void test_numbers(void)
{
	static struct net_set set;
	struct problem problem;
	struct net_config *config = &set.links[0];

	set.n_links = 1;
	net_config_init(config, "enp1s0");
	test_assert(validate_net_set(&set, &problem));
	config->device.kind = (enum net_device_kind)9;
	test_assert(!validate_net_set(&set, &problem));
	config->device = (struct net_device){ .n_ports = 1, .ports = { "enp2s0" } };
	test_assert(!validate_net_set(&set, &problem));
	config->device.kind = NET_DEVICE_BOND;
	test_assert(validate_net_set(&set, &problem));
	config->device.bond_mode = (enum net_bond_mode)9;
	test_assert(!validate_net_set(&set, &problem));
	config->device.bond_mode = NET_BOND_802_3AD;
	config->device.n_ports = NET_PORTS_MAX + 1;
	test_assert(!validate_net_set(&set, &problem));
	config->device.n_ports = 1;
	memset(config->device.ports[0], 'a', IFNAMSIZ);
	test_assert(!validate_net_set(&set, &problem));
	config->device = (struct net_device){ .n_ports = 0 };
	config->n_ntp = NET_NTP_MAX + 1;
	test_assert(!validate_net_set(&set, &problem));
	config->n_ntp = 1;
	memset(config->ntp[0], 'a', DOMAIN_MAX);
	test_assert(!validate_net_set(&set, &problem));
	config->n_ntp = 0;
	config->n_routes = NET_ROUTES_MAX + 1;
	test_assert(!validate_net_set(&set, &problem));
	config->n_routes = 1;
	test_assert(!validate_net_set(&set, &problem));
	config->n_routes = 0;
	memset(set.advertised, 'a', IFNAMSIZ);
	test_assert(!validate_net_set(&set, &problem));
	set.advertised[0] = '\0';
	test_assert(validate_net_set(&set, &problem));
	set.n_links = NET_LINKS_MAX + 1;
	test_assert(!validate_net_set(&set, &problem));
}

/* What passes is written as text and as files. */
static void test_any(void)
{
	unsigned good = 0;

	for (int i = 0; i < 60000; i++) {
		_cleanup_(netfiles_done) struct netfiles files = { .n = 0 };
		static struct net_set set, again;
		_cleanup_free_ char *text = NULL;
		struct problem problem = { .text = "" };

		any_set(&set, 2, true);
		if (!validate_net_set(&set, &problem)) {
			size_t length = strlen(problem.text);

			if (length == 0 || problem.text[length - 1] != '.')
				test_fail("no sentence: \"%s\"", problem.text);
			continue;
		}
		good += set.n_links > 0;
		if (settings_render(&set, &text) < 0 || settings_parse(text, &again) < 0 ||
			!net_set_equal(&set, &again) || netfiles_render(&set, &files) < 0)
			test_fail("lost on the way:\n%s", text ? text : "(nothing)");
	}
	if (good < 500)
		test_fail("only %u sets passed the checks", good);
}

int main(void)
{
	test_run(test_rules);
	test_run(test_numbers);
	test_run(test_any);
	return test_result();
}
