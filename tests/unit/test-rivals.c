/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "owner.h"
#include "rivals.h"
#include "tree.h"
#include "util.h"

#define IFUP                                                                                       \
	{                                                                                          \
		"/usr/sbin/ifup", ""                                                               \
	}
#define CLOUD                                                                                      \
	{                                                                                          \
		"/usr/bin/cloud-init", ""                                                          \
	}
#define DHCPCD                                                                                     \
	{                                                                                          \
		"/etc/systemd/system/multi-user.target.wants/dhcpcd.service", ""                   \
	}

/* /etc/network/interfaces as Debian 12 installs it, and what its installer adds. */
#define INTERFACES                                                                                 \
	"# interfaces(5) file used by ifup(8) and ifdown(8)\n"                                     \
	"# Include files from /etc/network/interfaces.d:\nsource /etc/network/interfaces.d/*\n"
#define INSTALLER                                                                                  \
	"\n# The loopback network interface\nauto lo\niface lo inet loopback\n\n"                  \
	"# The primary network interface\nallow-hotplug enp1s0\niface enp1s0 inet dhcp\n"

/* Kinds and places of the rivals, as "kind where" lines. */
static const char *found(enum owner_manager manager, const char *ifname)
{
	static const char *const kinds[] = {
		[RIVAL_CLOUD_INIT] = "cloud-init",
		[RIVAL_NETPLAN] = "netplan",
		[RIVAL_IFUPDOWN] = "ifupdown",
		[RIVAL_DHCPCD] = "dhcpcd",
		[RIVAL_MANAGER] = "manager",
		[RIVAL_FILE] = "file",
	};
	static char text[4096];
	struct owner owner = { .manager = manager };
	size_t used = 0;

	text[0] = '\0';
	test_equal_int(owner_find_rivals(tree, ifname, &owner), 0);
	for (size_t i = 0; i < owner.n_rivals; i++) {
		const char *action = owner.rivals[i].action;

		used += (size_t)snprintf(text + used, sizeof(text) - used, "%s %s\n",
			kinds[owner.rivals[i].kind], owner.rivals[i].where);
		if (!*action || action[strlen(action) - 1] != '.')
			test_fail("no sentence: %s", action);
	}
	return text;
}

/* Machines as they come, and who is found on them. */
static const struct machine {
	const char *name;
	struct {
		const char *path, *text;
	} files[8];
	enum owner_manager manager;
	const char *ifname, *expected;
} machines[] = {
	{ "nothing", { { 0 } }, OWNER_NETWORKD, "enp1s0", "" },

	/* -- ifupdown */
	{ "Debian 12", { IFUP, { "/etc/network/interfaces", INTERFACES INSTALLER } },
		OWNER_NETWORKD, "enp1s0", "ifupdown /etc/network/interfaces\n" },
	{ "Debian 12, another card", { IFUP, { "/etc/network/interfaces", INTERFACES INSTALLER } },
		OWNER_NETWORKD, "enp2s0", "" },
	{ "a name that is longer", { IFUP, { "/etc/network/interfaces", INTERFACES INSTALLER } },
		OWNER_NETWORKD, "enp1s0.7", "" },
	{ "not installed", { { "/etc/network/interfaces", INTERFACES INSTALLER } }, OWNER_NETWORKD,
		"enp1s0", "" },
	{ "a sourced file",
		{ IFUP, { "/etc/network/interfaces", INTERFACES },
			{ "/etc/network/interfaces.d/50-cloud-init",
				"auto lo\niface lo inet loopback\n\nauto eth0\niface eth0 inet "
				"dhcp\n" } },
		OWNER_NETWORKD, "eth0", "ifupdown /etc/network/interfaces.d/50-cloud-init\n" },
	{ "a relative one, by a pattern",
		{ IFUP, { "/etc/network/interfaces", "source interfaces.d/*.cfg\n" },
			{ "/etc/network/interfaces.d/a.cfg",
				"auto /enp*\niface enp9s0 inet dhcp\n" } },
		OWNER_NETWORKD, "enp1s0", "ifupdown /etc/network/interfaces.d/a.cfg\n" },
	{ "a sourced folder",
		{ IFUP,
			{ "/etc/network/interfaces",
				"source-directory /run/network/interfaces.d\n" },
			{ "/run/network/interfaces.d/eth0",
				"allow-hotplug eth0\niface eth0 inet dhcp\n" } },
		OWNER_NETWORKD, "eth0", "ifupdown /run/network/interfaces.d/eth0\n" },
	{ "a file that sources itself",
		{ IFUP, { "/etc/network/interfaces", "source interfaces\n" } }, OWNER_NETWORKD,
		"eth0", "" },
	{ "a line that goes on, and a stanza of another name",
		{ IFUP, { "/etc/network/interfaces", "auto lo \\\n  enp1s0=home\n" } },
		OWNER_NETWORKD, "enp1s0", "ifupdown /etc/network/interfaces\n" },
	{ "words in options and remarks",
		{ IFUP, { "/etc/network/interfaces",
				"iface br0 inet static\n  bridge_ports enp1s0\n# auto enp1s0\n"
				"no-auto-down enp1s0\n" } },
		OWNER_NETWORKD, "enp1s0", "" },

	/* -- cloud-init */
	{ "cloud image", { CLOUD, { "/etc/cloud/cloud.cfg", "users:\n  - default\n" } },
		OWNER_NETWORKD, "enp1s0", "cloud-init cloud-init\n" },
	{ "switched off by a file", { CLOUD, { "/etc/cloud/cloud-init.disabled", "" } },
		OWNER_NETWORKD, "enp1s0", "" },
	{ "switched off at boot", { CLOUD, { "/proc/cmdline", "ro quiet cloud-init=disabled\n" } },
		OWNER_NETWORKD, "enp1s0", "" },
	{ "its network switched off at boot",
		{ CLOUD, { "/proc/cmdline", "network-config=disabled ro\n" } }, OWNER_NETWORKD,
		"enp1s0", "" },
	{ "switched on at boot over the file",
		{ CLOUD, { "/proc/cmdline", "cloud-init=enabled" },
			{ "/etc/cloud/cloud-init.disabled", "" } },
		OWNER_NETWORKD, "enp1s0", "cloud-init cloud-init\n" },
	{ "its network switched off",
		{ CLOUD, { "/etc/cloud/cloud.cfg.d/99-disable-network-config.cfg",
				 "network: {config: disabled}\n" } },
		OWNER_NETWORKD, "enp1s0", "" },
	{ "its network switched off in a block",
		{ CLOUD,
			{ "/etc/cloud/cloud.cfg.d/10-a.cfg", "# x\nnetwork:\n    # no\n    config: "
							     "\"disabled\"\nusers: []\n" } },
		OWNER_NETWORKD, "enp1s0", "" },
	{ "another config",
		{ CLOUD, { "/etc/cloud/cloud.cfg.d/10-a.cfg",
				 "network:\n  version: 2\napt:\n  config: disabled\n" } },
		OWNER_NETWORKD, "enp1s0", "cloud-init cloud-init\n" },
	{ "switched on again by a later file",
		{ CLOUD, { "/etc/cloud/cloud.cfg.d/10-a.cfg", "network: {config: disabled}\n" },
			{ "/etc/cloud/cloud.cfg.d/20-b.cfg", "network:\n  version: 1\n" } },
		OWNER_NETWORKD, "enp1s0", "cloud-init cloud-init\n" },
	{ "our own file", { CLOUD, { RIVAL_CLOUD_INIT_OFF, "network: {config: disabled}\n" } },
		OWNER_NETWORKD, "enp1s0", "cloud-init cloud-init\n" },

	/* -- dhcpcd */
	{ "dhcpcd", { DHCPCD, { "/etc/dhcpcd.conf", "duid\npersistent\n" } }, OWNER_NETWORKD,
		"enp1s0", "dhcpcd dhcpcd\n" },
	{ "dhcpcd is there but neither enabled nor running", { { "/etc/dhcpcd.conf", "duid\n" } },
		OWNER_NETWORKD, "enp1s0", "" },
	{ "dhcpcd runs", { { "/run/dhcpcd/pid", "1\n" } }, OWNER_NETWORKD, "enp1s0",
		"dhcpcd dhcpcd\n" },
	{ "dhcpcd is kept away already",
		{ DHCPCD, { "/etc/dhcpcd.conf", "denyinterfaces veth* enp*\n" } }, OWNER_NETWORKD,
		"enp1s0", "" },
	{ "dhcpcd is for others",
		{ DHCPCD, { "/etc/dhcpcd.conf", "allowinterfaces wlan0,eth*\n" } }, OWNER_NETWORKD,
		"enp1s0", "" },
	{ "dhcpcd is for this one",
		{ DHCPCD, { "/etc/dhcpcd.conf", "allowinterfaces wlan0,enp*\n" } }, OWNER_NETWORKD,
		"enp1s0", "dhcpcd dhcpcd\n" },
	{ "our own lines",
		{ DHCPCD, { "/etc/dhcpcd.conf", "# firstboot: begin\ndenyinterfaces enp1s0\n# "
						"firstboot: end\nduid\n" } },
		OWNER_NETWORKD, "enp1s0", "dhcpcd dhcpcd\n" },

	/* -- netplan and files */
	{ "netplan of a cloud image",
		{ { "/etc/netplan/50-cloud-init.yaml",
			  "network:\n    ethernets:\n        ens3:\n            dhcp4: true\n"
			  "            set-name: ens3\n    version: 2\n" },
			{ "/run/systemd/network/10-netplan-ens3.network",
				"[Match]\nName=ens3\n" } },
		OWNER_NETWORKD, "ens3", "netplan /etc/netplan/50-cloud-init.yaml\n" },
	{ "netplan by a pattern",
		{ { "/etc/netplan/90-default.yaml",
			"network:\n  version: 2\n  ethernets:\n    all-en:\n      match:\n"
			"        name: \"en*\"\n      dhcp4: true\n" } },
		OWNER_NETWORKD, "enp1s0", "netplan /etc/netplan/90-default.yaml\n" },
	{ "netplan of another card",
		{ { "/etc/netplan/a.yaml",
			"network:\n  ethernets:\n    enp2s0:\n      dhcp4: true\n" } },
		OWNER_NETWORKD, "enp1s0", "" },
	{ "files of networkd",
		{ { "/etc/systemd/network/10-lan.network",
			  "[Match]\nName=enp1s0 enp2s0\n[Network]\n" },
			{ "/etc/systemd/network/20-others.network", "[Match]\nName=!enp1s0\n" },
			{ "/etc/systemd/network/30-key.network", "[Network]\nName=enp1s0\n" },
			{ "/etc/systemd/network/05-firstboot-enp1s0.network",
				"[Match]\nName=enp1s0\n" },
			{ "/run/systemd/network/04-firstboot-pending-enp1s0-1.network",
				"[Match]\nName=enp1s0\n" },
			{ "/run/systemd/network/70-en.network", "[Match]\nName=en*\n" },
			{ "/usr/lib/systemd/network/80-en.network", "[Match]\nName=en*\n" } },
		OWNER_NETWORKD, "enp1s0",
		"file /etc/systemd/network/10-lan.network\n"
		"file /run/systemd/network/70-en.network\n" },
	{ "Enterprise Linux 9",
		{ CLOUD, { "/etc/cloud/cloud.cfg.d/05_logging.cfg", "output: {all: '| tee'}\n" },
			{ "/etc/NetworkManager/system-connections/cloud-init-eth0.nmconnection",
				"[connection]\nid=cloud-init eth0\nuuid=1\ntype=ethernet\n"
				"interface-name=eth0\n\n[ipv4]\nmethod=auto\n" },
			{ "/etc/NetworkManager/system-connections/firstboot-eth0.nmconnection",
				"[connection]\ninterface-name=eth0\n" },
			{ "/etc/sysconfig/network-scripts/ifcfg-eth0",
				"BOOTPROTO=dhcp\nDEVICE=\"eth0\"\nONBOOT=yes\n" },
			{ "/etc/sysconfig/network-scripts/readme-ifcfg-rh.txt", "DEVICE=eth0\n" },
			{ "/etc/systemd/network/10-lan.network", "[Match]\nName=eth0\n" } },
		OWNER_NM, "eth0",
		"cloud-init cloud-init\n"
		"file /etc/NetworkManager/system-connections/cloud-init-eth0.nmconnection\n"
		"file /etc/sysconfig/network-scripts/ifcfg-eth0\n" },
};

static void machines_as_they_come(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		const struct machine *m = &machines[i];

		tree_clear();
		for (size_t j = 0; j < ARRAY_SIZE(m->files) && m->files[j].path; j++)
			tree_write(m->files[j].path, m->files[j].text);
		test_equal_str_at(m->name, found(m->manager, m->ifname), m->expected);
	}
}

/* The sentence is the one that is true for the file. */
static void sentences(void)
{
	struct owner owner = { .manager = OWNER_NETWORKD };

	tree_clear();
	tree_write("/etc/systemd/network/00-first.network", "[Match]\nName=enp1s0\n");
	tree_write("/etc/systemd/network/10-later.network", "[Match]\nName=enp1s0\n");
	(void)owner_find_rivals(tree, "enp1s0", &owner);
	test_equal_int((long long)owner.n_rivals, 2);
	test_assert(strstr(owner.rivals[0].action, "goes on to rule enp1s0"));
	test_assert(strstr(owner.rivals[1].action, "comes first and alone rules enp1s0"));

	owner = (struct owner){ .manager = OWNER_NM };
	tree_write("/etc/netplan/a.yaml", "network:\n  ethernets:\n    enp1s0:\n");
	(void)owner_find_rivals(tree, "enp1s0", &owner);
	test_equal_int((long long)owner.n_rivals, 1);
	test_assert(strstr(owner.rivals[0].action, "enp1s0 uses firstboot's own profile"));
}

/* More than there is room for are left out, and what is odd does not harm. */
static void many_and_odd(void)
{
	struct owner owner = { .manager = OWNER_NETWORKD };
	char path[64];

	tree_clear();
	for (int i = 10; i < 30; i++) {
		(void)snprintf(path, sizeof(path), "/etc/systemd/network/%d.network", i);
		tree_write(path, "[Match]\nName=enp1s0\n");
	}
	tree_write("/etc/systemd/network/11\x1b[2J.network", "[Match]\nName=enp1s0\n");
	test_assert(mkfifo(tree_path("/etc/systemd/network/09.network"), 0644) == 0);
	tree_link("/etc/systemd/network/08.network", "/dev/null");
	(void)owner_find_rivals(tree, "enp1s0", &owner);
	test_equal_int((long long)owner.n_rivals, OWNER_RIVALS_MAX);
	test_equal_str(owner.rivals[0].where, "/etc/systemd/network/10.network");
	test_assert(!strchr(owner.rivals[2].where, '\x1b'));
}

int main(void)
{
	test_run(machines_as_they_come);
	test_run(sentences);
	test_run(many_and_odd);
	tree_done();
	return test_result();
}
