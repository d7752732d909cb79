/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "surroundings.h"

#include <fcntl.h>
#include <unistd.h>

#include "atomic_file.h"
#include "resolvconf.h"
#include "tree.h"
#include "util.h"
#include "validate.h"

#define CLOUD_FILE  "/etc/cloud/cloud.cfg.d/99-firstboot-network.cfg"
#define NETWORKING  "/etc/default/networking"
#define IFUP_FILE   "/etc/systemd/system/ifup@enp1s0.service.d/50-firstboot.conf"
#define DHCPCD_CONF "/etc/dhcpcd.conf"
#define RESOLV_CONF "/etc/resolv.conf"
#define TIMESYNCD   "/etc/systemd/timesyncd.conf.d/50-firstboot.conf"
#define SOURCES	    "/etc/chrony/sources.d/firstboot.sources"
#define ADVERTISED  "/etc/firstboot/firstboot.conf.d/90-advertised.conf"

/* -- the whole tree as text ---------------------------------------------------------------------
 */

static FILE *dump;

/* One entry: its mode, name and what is in it. */
static int dump_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const char *name = path + strlen(tree);
	char target[256] = "";

	if (type == FTW_SL && readlink(path, target, sizeof(target) - 1) < 0)
		return -1;
	/* State of ours, and what atomic_write() makes for it, are no traces. */
	if (strncmp(name, "/var", 4) == 0)
		return 0;
	fprintf(dump, "%o %s -> %s\n", (unsigned)st->st_mode, name, target);
	if (type == FTW_F)
		fputs(tree_read(name), dump);
	return 0;
}

/* Caller frees. The order is that of the file system, the same for the same names. */
static char *dump_tree(void)
{
	char *text = NULL;
	size_t size;

	dump = open_memstream(&text, &size);
	if (!dump || nftw(tree, dump_one, 8, FTW_PHYS) < 0 || fclose(dump) != 0)
		abort();
	return text;
}

/* -- what is set --------------------------------------------------------------------------------
 */

static char remark[512];

/* An empty machine with the folders that each one has. */
static void new_machine(void)
{
	tree_clear();
	(void)tree_path("/etc/systemd/system/");
}

/* Settings of a link with these servers, domains and time servers. */
static void put(struct net_set *set, const char *ifname, const char *dns, const char *domains,
	const char *ntp)
{
	struct net_config config;
	struct problem problem;

	net_config_init(&config, ifname);
	test_assert(validate_dns(dns, &config, &problem));
	test_assert(validate_domains(domains, &config, &problem));
	if (*ntp)
		(void)snprintf(config.ntp[config.n_ntp++], DOMAIN_MAX, "%s", ntp);
	test_equal_int(net_set_put(set, &config), 0);
}

static void follow(const struct net_set *set)
{
	struct apply apply = { .root = tree };

	surroundings_follow(&apply, set, remark, sizeof(remark));
}

/* Follow set, check what check says, and that the empty set takes all of it away again. */
static void there_and_back(const struct net_set *set, void (*check)(void))
{
	static const struct net_set none;
	_cleanup_free_ char *before = dump_tree(), *first = NULL, *second = NULL, *after = NULL;

	follow(set);
	check();
	first = dump_tree();
	test_assert(!streq(before, first));
	follow(set);
	second = dump_tree();
	test_equal_str(second, first);
	follow(&none);
	test_equal_str(remark, "");
	after = dump_tree();
	test_equal_str(after, before);
}

/* -- rivals -------------------------------------------------------------------------------------
 */

static void check_cloud(void)
{
	test_equal_str(remark, "");
	test_equal_str(tree_read(CLOUD_FILE), "# Written by firstboot, which sets up the network.\n"
					      "network: {config: disabled}\n");
}

static void cloud_init(void)
{
	struct net_set set = { 0 };

	new_machine();
	tree_write("/usr/bin/cloud-init", "");
	tree_write("/etc/cloud/cloud.cfg", "users:\n  - default\n");
	tree_write("/etc/cloud/cloud.cfg.d/05_logging.cfg", "# x\n");
	put(&set, "enp1s0", "", "", "");
	there_and_back(&set, check_cloud);
}

#define CARD_FILE "/etc/systemd/network/05-firstboot-%s.link"

/* Is there a file that gives the card a name, and which one is it? */
static void check_card(const char *ifname, const char *mac)
{
	char path[64], part[128] = "";

	(void)snprintf(path, sizeof(path), CARD_FILE, ifname);
	if (mac)
		(void)snprintf(part, sizeof(part),
			"\n[Match]\nPermanentMACAddress=%s\n\n[Link]\nName=%s\n", mac, ifname);
	test_equal_int(access(tree_path(path), F_OK) == 0, mac != NULL);
	test_assert(!mac || strstr(tree_read(path), part));
}

static void check_cloud_cards(void)
{
	test_equal_str(remark, "");
	check_card("eth0", "52:54:00:12:34:56");
	check_card("eth1", "52:54:00:AB:CD:EF");
	check_card("eth2", NULL);
	check_card("eth3", NULL);
}

/* Cards that cloud-init has named keep their names without it; other ones have theirs. */
static void cloud_init_cards(void)
{
	struct net_set set = { 0 }, less = { 0 };

	new_machine();
	tree_write("/usr/bin/cloud-init", "");
	tree_write("/etc/cloud/cloud.cfg.d/05_logging.cfg", "# x\n");
	tree_write("/etc/systemd/network/05-other.link", "[Link]\nName=x\n");
	tree_write("/etc/systemd/network/10-cloud-init-eth0.network",
		"[Match]\nMACAddress=52:54:00:12:34:56\nName=eth0\n\n[Network]\nDHCP=no\n");
	tree_write("/etc/NetworkManager/system-connections/cloud-init-eth1.nmconnection",
		"[connection]\ninterface-name=eth1\n[ethernet]\nmac-address=52:54:00:AB:CD:EF\n");
	tree_write("/etc/systemd/network/10-cloud-init-eth2.network",
		"[Match]\nMACAddress=52:54:00:12:34\nName=eth2\n");
	put(&set, "eth0", "", "", "");
	put(&less, "eth0", "", "", "");
	put(&set, "eth1", "", "", "");
	put(&set, "eth2", "", "", "");
	put(&set, "eth3", "", "", "");
	there_and_back(&set, check_cloud_cards);
	follow(&set);
	follow(&less);
	check_card("eth0", "52:54:00:12:34:56");
	check_card("eth1", NULL);
	/* Whoever disables cloud-init afterwards leaves the settings their names. */
	tree_write("/etc/cloud/cloud-init.disabled", "");
	follow(&less);
	check_card("eth0", "52:54:00:12:34:56");
}

static void check_ifupdown(void)
{
	test_equal_str(remark, "");
	test_equal_str(tree_read(NETWORKING),
		"# theirs\nEXCLUDE_INTERFACES='docker* wlan0'\n# firstboot: begin\n"
		"EXCLUDE_INTERFACES=\"docker* wlan0 enp1s0\"\n# firstboot: end\n");
	test_assert(strstr(tree_read(IFUP_FILE), "\nConditionPathExists=!" STATEDIR "\n"));
}

static void check_ifupdown_new(void)
{
	test_equal_str(remark, "");
	test_equal_str(tree_read(NETWORKING),
		"# firstboot: begin, in a file of its own\nEXCLUDE_INTERFACES=\"enp1s0 br-lan\"\n"
		"# firstboot: end\n");
	test_assert(
		strstr(tree_read("/etc/systemd/system/ifup@br\\x2dlan.service.d/50-firstboot.conf"),
			"Written by firstboot, which sets up br-lan.\n"));
}

static void ifupdown(void)
{
	struct net_set set = { 0 };

	new_machine();
	tree_write("/usr/sbin/ifup", "");
	tree_write("/etc/systemd/system/ifup@enp9s0.service.d/admin.conf", "[Unit]\n");
	tree_write("/etc/network/interfaces",
		"auto lo\niface lo inet loopback\nallow-hotplug enp1s0\niface enp1s0 inet dhcp\n"
		"auto br-lan\niface br-lan inet manual\n");
	put(&set, "enp1s0", "", "", "");
	put(&set, "enp2s0", "", "", "");
	tree_write(NETWORKING, "# theirs\nEXCLUDE_INTERFACES='docker* wlan0'\n");
	there_and_back(&set, check_ifupdown);
	test_assert(remove(tree_path(NETWORKING)) == 0);
	put(&set, "br-lan", "", "", "");
	there_and_back(&set, check_ifupdown_new);
}

/* A link that is given back is ifupdown's again, the others stay. */
static void one_link_less(void)
{
	struct net_set set = { 0 };

	new_machine();
	tree_write("/usr/sbin/ifup", "");
	tree_write("/etc/network/interfaces", "auto enp1s0 enp2s0\n");
	put(&set, "enp1s0", "", "", "");
	put(&set, "enp2s0", "", "", "");
	follow(&set);
	set.n_links = 1;
	follow(&set);
	test_assert(strstr(tree_read(NETWORKING), "EXCLUDE_INTERFACES=\"enp1s0\"\n"));
	test_assert(strstr(tree_read(IFUP_FILE), "[Unit]"));
	test_assert(access(tree_path("/etc/systemd/system/ifup@enp2s0.service.d"), F_OK) < 0);
}

static void check_bond(void)
{
	test_assert(strstr(tree_read(NETWORKING), "EXCLUDE_INTERFACES=\"enp1s0 enp2s0\"\n"));
	test_assert(
		strstr(tree_read(DHCPCD_CONF), "denyinterfaces bond0 enp1s0 enp2s0 enp3s0.7\n"));
}

/* The ports of a bond are nobody else's; the parent of a VLAN may be. */
static void ports(void)
{
	struct net_set set = { .n_links = 2 };

	new_machine();
	tree_write("/usr/sbin/ifup", "");
	tree_write("/etc/network/interfaces", "auto enp1s0 enp2s0 enp3s0\n");
	tree_write("/run/dhcpcd/pid", "1\n");
	tree_write(DHCPCD_CONF, "duid\ninterface enp1s0\nstatic routers=192.0.2.1");
	tree_write(NETWORKING, "");
	net_config_init(&set.links[0], "bond0");
	set.links[0].device = (struct net_device){
		.kind = NET_DEVICE_BOND, .ports = { "enp1s0", "enp2s0" }, .n_ports = 2
	};
	net_config_init(&set.links[1], "enp3s0.7");
	set.links[1].device = (struct net_device){
		.kind = NET_DEVICE_VLAN, .ports = { "enp3s0" }, .n_ports = 1, .vlan_id = 7
	};
	there_and_back(&set, check_bond);
}

/* -- names --------------------------------------------------------------------------------------
 */

static void check_resolvconf(void)
{
	test_equal_str(remark, "");
	test_equal_str(tree_read(RESOLV_CONF),
		RESOLVCONF_HEAD "search example.com example.net\nnameserver 192.0.2.53\n"
				"nameserver 2001:db8::53\nnameserver 198.51.100.53\n");
}

static void dns_set(struct net_set *set)
{
	*set = (struct net_set){ 0 };
	put(set, "enp1s0", "192.0.2.53 2001:db8::53", "example.com", "");
	put(set, "enp2s0", "192.0.2.53 198.51.100.53", "example.com example.net", "");
}

/* Over a file, over nothing, and over a link, which nobody is behind. */
static void resolvconf(void)
{
	struct net_set set;

	dns_set(&set);
	new_machine();
	tree_write(RESOLV_CONF, "nameserver 203.0.113.1\n# no line end");
	there_and_back(&set, check_resolvconf);
	test_assert(remove(tree_path(RESOLV_CONF)) == 0);
	there_and_back(&set, check_resolvconf);
	tree_link(RESOLV_CONF, "../run/systemd/resolve/stub-resolv.conf");
	there_and_back(&set, check_resolvconf);
	test_assert(access(tree_path("/var"), F_OK) < 0 ||
		    access(tree_path(STATEDIR "/resolv.conf.link"), F_OK) < 0);
}

/* Another program has written it since: that is what counts, before and after. */
static void resolvconf_of_others(void)
{
	static const struct net_set none;
	struct net_set set;

	dns_set(&set);
	new_machine();
	tree_write(RESOLV_CONF, "nameserver 203.0.113.1\n");
	follow(&set);
	tree_write(RESOLV_CONF, "nameserver 203.0.113.2\n");
	follow(&set);
	check_resolvconf();
	follow(&none);
	test_equal_str(tree_read(RESOLV_CONF), "nameserver 203.0.113.2\n");
	follow(&set);
	tree_write(RESOLV_CONF, "nameserver 203.0.113.3\n");
	follow(&none);
	test_equal_str(tree_read(RESOLV_CONF), "nameserver 203.0.113.3\n");
	test_equal_str(tree_read(STATEDIR "/resolv.conf.old"), "(none)");
}

/* -- time ---------------------------------------------------------------------------------------
 */

#define DEBIAN_CHRONY                                                                              \
	"confdir /etc/chrony/conf.d\npool 2.debian.pool.ntp.org iburst\n"                          \
	"sourcedir /run/chrony-dhcp\nsourcedir /etc/chrony/sources.d\nmakestep 1 3\n"
#define EL9_CHRONY                                                                                 \
	"pool 2.rhel.pool.ntp.org iburst\nsourcedir /run/chrony-dhcp\n"                            \
	"driftfile /var/lib/chrony/drift\nmakestep 1.0 3\n"
#define SERVER "server ntp.example.com iburst prefer\n"

static void check_debian_chrony(void)
{
	test_equal_str(remark, "");
	test_equal_str(tree_read(SOURCES), SERVER);
	test_equal_str(tree_read("/etc/chrony/chrony.conf"), DEBIAN_CHRONY);
	test_equal_str(tree_read(TIMESYNCD), "(none)");
}

static void check_el9_chrony(void)
{
	test_equal_str(remark, "");
	test_equal_str(tree_read("/etc/chrony.conf"),
		EL9_CHRONY "# firstboot: begin\n" SERVER "# firstboot: end\n");
}

static void check_included_chrony(void)
{
	test_equal_str(remark, "");
	test_equal_str(tree_read("/etc/chrony.d/firstboot.conf"), SERVER);
}

static void chrony(void)
{
	struct net_set set = { 0 };

	put(&set, "enp1s0", "", "", "ntp.example.com");
	put(&set, "enp2s0", "", "", "ntp.example.com");
	new_machine();
	tree_write("/etc/systemd/system/multi-user.target.wants/chrony.service", "");
	tree_write("/etc/chrony/chrony.conf", DEBIAN_CHRONY);
	tree_write("/etc/chrony/sources.d/README", "x\n");
	there_and_back(&set, check_debian_chrony);

	new_machine();
	tree_link("/etc/systemd/system/multi-user.target.wants/chronyd.service",
		"/usr/lib/systemd/system/chronyd.service");
	tree_write("/etc/chrony.conf", EL9_CHRONY);
	there_and_back(&set, check_el9_chrony);
	tree_write("/etc/chrony.conf", EL9_CHRONY "include /etc/chrony.d/*.conf\n");
	tree_write("/etc/chrony.d/site.conf", "\n");
	there_and_back(&set, check_included_chrony);
}

/* networkd passes its own on, and without NetworkManager all are networkd's. */
static void timesyncd_of_networkd(void)
{
	struct net_set set = { 0 };

	put(&set, "enp1s0", "", "", "ntp.example.com");
	new_machine();
	tree_write("/etc/systemd/system/sysinit.target.wants/systemd-timesyncd.service", "");
	follow(&set);
	test_equal_str(remark, "");
	test_equal_str(tree_read(TIMESYNCD), "(none)");
}

static void nobody_sets_the_clock(void)
{
	struct net_set set = { 0 };

	put(&set, "enp1s0", "", "", "ntp.example.com");
	new_machine();
	follow(&set);
	test_equal_str(remark, "Nothing on this machine uses the time servers ntp.example.com: "
			       "neither systemd-timesyncd nor chrony is there.");
}

/* -- the rest -----------------------------------------------------------------------------------
 */

static void check_advertised(void)
{
	test_equal_str(remark, "");
	test_equal_str(tree_read(ADVERTISED), "[Web]\nInterface=enp2s0\n");
}

static void advertised(void)
{
	struct net_set set = { .advertised = "enp2s0" };

	put(&set, "enp1s0", "", "", "");
	put(&set, "enp2s0", "", "", "");
	new_machine();
	there_and_back(&set, check_advertised);
	tree_write("/etc/firstboot/firstboot.conf.d/50-site.conf", "[Web]\nPort=1\n");
	there_and_back(&set, check_advertised);
}

/* One that fails is named; the others are done all the same. */
static void failure(void)
{
	struct net_set set = { .advertised = "enp1s0" };

	put(&set, "enp1s0", "192.0.2.53", "", "");
	new_machine();
	tree_write("/run/dhcpcd/pid", "1\n");
	tree_write(DHCPCD_CONF, "duid\n# firstboot: begin\n");
	test_assert(mkdir(tree_path(RESOLV_CONF), 0755) == 0);
	follow(&set);
	test_equal_str(remark,
		"/etc/dhcpcd.conf could not be brought in line with the network settings: "
		"Invalid argument. /etc/resolv.conf could not be brought in line with the network "
		"settings: Invalid argument.");
	test_equal_str(tree_read(DHCPCD_CONF), "duid\n# firstboot: begin\n");
	test_equal_str(tree_read(ADVERTISED), "[Web]\nInterface=enp1s0\n");
}

int main(void)
{
	test_run(cloud_init);
	test_run(cloud_init_cards);
	test_run(ifupdown);
	test_run(one_link_less);
	test_run(ports);
	test_run(resolvconf);
	test_run(resolvconf_of_others);
	test_run(chrony);
	test_run(timesyncd_of_networkd);
	test_run(nobody_sets_the_clock);
	test_run(advertised);
	test_run(failure);
	tree_done();
	return test_result();
}
