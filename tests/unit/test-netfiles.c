/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include "any.h"
#include "netfile.h"
#include "netfile_parts.h"
#include "settings.h"
#include "test.h"
#include "textfile.h"
#include "util.h"

#define SETTINGS "# Network settings of firstboot; not to be edited.\n"
#define HEAD                                                                                       \
	"# Written by firstboot; what is changed here is lost when settings are saved again.\n"    \
	"# Own settings belong into a drop-in directory of this file's name and \".d\".\n\n"

/* Write all files behind one another, without the head that each must have. */
static void write_all(FILE *f, const void *what)
{
	const struct netfiles *files = what;

	for (size_t i = 0; i < files->n; i++) {
		const struct netfile *file = &files->files[i];

		if (strncmp(file->text, HEAD, strlen(HEAD)) != 0)
			test_fail("%s: no head: %s", file->ifname, file->text);
		else
			fprintf(f, "-- %s.%s\n%s", file->ifname,
				file->is_netdev ? "netdev" : "network", file->text + strlen(HEAD));
	}
}

/* The settings of a case, of which the file has all but the first lines. */
static void read_settings(const char *name, const char *text, struct net_set *ret)
{
	char full[8192];

	snprintf(full, sizeof(full), SETTINGS "\n%s", text);
	if (settings_parse(full, ret) < 0)
		test_fail("%s: no settings:\n%s", name, full);
}

/* Check one case: the settings make these files, to the byte. */
static void check_case(const char *name, const char *settings, const char *expected)
{
	_cleanup_(netfiles_done) struct netfiles files = { .n = 0 };
	_cleanup_free_ char *all = NULL;
	static struct net_set set;

	read_settings(name, settings, &set);
	test_equal_int(netfiles_render(&set, &files), 0);
	test_equal_int(textfile_compose(write_all, &files, &all), 0);
	test_equal_str_at(name, all, expected);
}

/* Every case of netfiles.txt: "### NAME", settings, "=>", files. */
static void test_golden(void)
{
	_cleanup_free_ char *text = NULL;
	unsigned n = 0;
	char *next;

	test_equal_int(textfile_read("", DATA_DIR "/../tests/unit/netfiles.txt", &text), 0);
	if (!text || strncmp(text, "### ", 4) != 0)
		return;
	for (char *name = text + 4; name; name = next) {
		char *settings = strchr(name, '\n'), *files = strstr(name, "\n=>\n");

		next = strstr(name, "\n\n### ");
		if (!settings || !files) {
			test_fail("no whole case: %s", name);
			return;
		}
		*settings++ = '\0';
		files[1] = '\0';
		if (next) {
			next[1] = '\0';
			next += strlen("\n\n### ");
		}
		check_case(name, settings, files + strlen("\n=>\n"));
		n++;
	}
	test_assert(n >= 12);
}

/* No settings need no files. */
static void test_empty(void)
{
	struct netfiles files = { .n = 7 };
	static struct net_set set;

	test_equal_int(netfiles_render(&set, &files), 0);
	test_equal_int((long long)files.n, 0);
}

/* A file is found by its link and kind. */
static void test_find(void)
{
	_cleanup_(netfiles_done) struct netfiles files = { .n = 0 };
	const struct netfile *file;
	static struct net_set set;

	read_settings("find",
		"[Link]\nName=vlan5\nKind=vlan\nId=5\nPort=enp1s0\n\n[IPv4]\nMethod=automatic\n"
		"\n[IPv6]\nMethod=off\n",
		&set);
	test_equal_int(netfiles_render(&set, &files), 0);
	test_equal_int((long long)files.n, 3);
	file = netfiles_find(&files, "vlan5", true);
	test_assert(file && file->is_netdev && strstr(file->text, "[VLAN]"));
	file = netfiles_find(&files, "vlan5", false);
	test_assert(file && !file->is_netdev && strstr(file->text, "[Match]"));
	test_assert(netfiles_find(&files, "enp1s0", false));
	test_assert(!netfiles_find(&files, "enp1s0", true));
	test_assert(!netfiles_find(&files, "vlan", false));
}

/* A lease's values, kept in the settings of an automatic family, do not get into the file. */
static void test_lease_left_out(void)
{
	_cleanup_(netfiles_done) struct netfiles plain = { .n = 0 }, leased = { .n = 0 };
	static struct net_set set;

	set.n_links = 1;
	net_config_init(&set.links[0], "enp1s0");
	test_equal_int(netfiles_render(&set, &plain), 0);
	test_equal_int(ip_prefix_parse("192.0.2.10/24", &set.links[0].v4.addresses[0]), 0);
	set.links[0].v4.n_addresses = 1;
	test_equal_int(ip_parse("192.0.2.1", &set.links[0].v4.gateway), 0);
	test_equal_int(netfiles_render(&set, &leased), 0);
	test_equal_str(leased.files[0].text, plain.files[0].text);
}

/* Names that would begin a line of their own, or mean something to networkd, are not written. */
static void test_refuse(void)
{
	static const char *const names[] = { "a\nb", "a\r", "a b", "a\tb", "a\x1b[2J", "a\x7f",
		"a%H", "a\\", "a*", "!a", "?", "b\xc3\xbc", "" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		for (int place = 0; place < 4; place++) {
			static struct net_set set;
			struct net_config *config = &set.links[0];
			struct netfiles files = { .n = 0 };

			memset(&set, 0, sizeof(set));
			config->device.kind = NET_DEVICE_BOND;
			set.n_links = config->n_domains = config->n_ntp = config->device.n_ports =
				1;
			strcpy(config->ifname, place == 0 ? names[i] : "bond0");
			strcpy(config->domains[0], place == 1 ? names[i] : "example.com");
			strcpy(config->ntp[0], place == 2 ? names[i] : "192.0.2.1");
			strcpy(config->device.ports[0], place == 3 ? names[i] : "enp2s0");
			if (netfiles_render(&set, &files) != -EINVAL || files.n != 0)
				test_fail("\"%s\" was written in place %d", names[i], place);
		}
}

/* A port of a bond that has settings of its own, or is a port of another one, is refused. */
static void test_torn(void)
{
	static struct net_set set;
	struct netfiles files = { .n = 0 };

	set.n_links = 2;
	net_config_init(&set.links[0], "bond0");
	set.links[0].device.kind = NET_DEVICE_BOND;
	set.links[0].device.n_ports = 1;
	strcpy(set.links[0].device.ports[0], "enp1s0");
	net_config_init(&set.links[1], "enp1s0");
	test_equal_int(netfiles_render(&set, &files), -EINVAL);
	set.links[1] = set.links[0];
	strcpy(set.links[1].ifname, "bond1");
	test_equal_int(netfiles_render(&set, &files), -EINVAL);
}

/* Put what into text in the place of every, or behind it where every is "". */
static const char *alter(const char *text, const char *every, const char *what)
{
	static char altered[4096];
	const char *at = *every ? strstr(text, every) : text + strlen(text);

	if (!at) {
		test_fail("no %s in:\n%s", every, text);
		return text;
	}
	snprintf(altered, sizeof(altered), "%.*s%s%s", (int)(at - text), text, what,
		at + strlen(every));
	return altered;
}

/* Whatever else stands in a file than what was meant is noticed when it is read back. */
static void test_read_back(void)
{
	static const char *const rows[][2] = { { "", "[Match]\nName=*\n" }, { "", "[Network]\n" },
		{ "", "[Exec]\nUser=root\n" }, { "", "Metric=1\n" }, { "", "loose\n" },
		{ "192.0.2.10/24", "192.0.2.11/24" }, { "DNS=192.0.2.53\n", "" },
		{ "DNS=192.0.2.53\n", "DNS=192.0.2.53\nDNS=192.0.2.54\n" },
		{ "Domains=", "Domains=#" }, { "Domains=", "Domains=[" },
		{ "Domains=", "Domains=;" }, { "Gateway=192.0.2.1\n", "Gateway=192.0.2.2\n" },
		{ "DHCP=no", "DHCP=yes" }, { "Name=enp1s0", "Name=enp1s0 enp2s0" },
		{ "VLAN=vlan5", "VLAN=vlan6" }, { "VLAN=vlan5\n", "" },
		{ "Metric=50", "Metric=51" }, { "MTUBytes=1400\n", "" },
		{ "LinkLocalAddressing=ipv6", "LinkLocalAddressing=no" } };
	_cleanup_(netfiles_done) struct netfiles files = { .n = 0 };
	const struct netfile *file, *device;
	struct netfile_link link;
	static struct net_set set;

	read_settings("read back",
		"[Link]\nName=enp1s0\nMTUBytes=1400\n\n[IPv4]\nMethod=static\n"
		"Address=192.0.2.10/"
		"24\nGateway=192.0.2.1\n\n[IPv6]\nMethod=automatic\n\n[Network]\n"
		"DNS=192.0.2.53\nDomains=example.com\n\n[Route]\nDestination=10.0.0.0/8\n"
		"Gateway=192.0.2.2\nMetric=50\n\n[Link]\nName=vlan5\nKind=vlan\nId=5\nPort="
		"enp1s0\n\n"
		"[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=off\n",
		&set);
	test_equal_int(netfiles_render(&set, &files), 0);
	file = netfiles_find(&files, "enp1s0", false);
	device = netfiles_find(&files, "vlan5", true);
	if (!file || !device)
		return;
	link = (struct netfile_link){ &set, "enp1s0", &set.links[0], NULL };
	test_equal_int(netfile_check_network(file->text, &link), 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (netfile_check_network(alter(file->text, rows[i][0], rows[i][1]), &link) !=
			-EINVAL)
			test_fail("\"%s\" for \"%s\" was not noticed", rows[i][1], rows[i][0]);
	test_equal_int(netfile_check_netdev(device->text, &set.links[1]), 0);
	test_equal_int(
		netfile_check_netdev(alter(device->text, "Id=5", "Id=6"), &set.links[1]), -EINVAL);
	test_equal_int(
		netfile_check_netdev(alter(device->text, "Name=vlan5", "Name=x"), &set.links[1]),
		-EINVAL);
	test_equal_int(netfile_check_netdev(alter(device->text, "", "[Network]\n"), &set.links[1]),
		-EINVAL);
}

/* The largest set there can be fits. */
static void test_largest(void)
{
	_cleanup_(netfiles_done) struct netfiles files = { .n = 0 };
	static struct net_set set;

	for (unsigned i = 0; i < NET_LINKS_MAX; i++) {
		struct net_config config;
		char name[IFNAMSIZ];

		snprintf(name, sizeof(name), "bond%u", i % 100);
		net_config_init(&config, name);
		config.device.kind = NET_DEVICE_BOND;
		config.device.n_ports = NET_PORTS_MAX;
		for (unsigned j = 0; j < NET_PORTS_MAX; j++)
			snprintf(config.device.ports[j], IFNAMSIZ, "eth%u", (i * 10 + j) % 1000);
		test_equal_int(net_set_put(&set, &config), 0);
	}
	test_equal_int(netfiles_render(&set, &files), 0);
	test_equal_int((long long)files.n, NETFILES_MAX);
}

/* Are the files sorted, and is none there twice? */
static bool is_sorted(const struct netfiles *files)
{
	for (size_t i = 1; i < files->n; i++) {
		const struct netfile *a = &files->files[i - 1], *b = &files->files[i];
		int order = strcmp(a->ifname, b->ifname);

		if (order > 0 || (order == 0 && (!a->is_netdev || b->is_netdev)))
			return false;
	}
	return true;
}

/* Whatever the settings are: files or none, sorted, and of harmless characters. */
static void test_any(void)
{
	unsigned good = 0;

	for (int i = 0; i < 5000; i++) {
		_cleanup_(netfiles_done) struct netfiles files = { .n = 0 };
		static struct net_set set;

		any_set(&set, 4, i % 2);
		if (netfiles_render(&set, &files) < 0)
			continue;
		good++;
		test_assert(is_sorted(&files) && files.n >= set.n_links);
		for (size_t j = 0; j < files.n; j++)
			for (const char *p = files.files[j].text; *p != '\0'; p++)
				test_assert((*p >= ' ' && *p <= '~') || *p == '\n');
	}
	if (good < 500)
		test_fail("only %u sets made files", good);
}

int main(void)
{
	test_run(test_golden);
	test_run(test_empty);
	test_run(test_find);
	test_run(test_lease_left_out);
	test_run(test_refuse);
	test_run(test_torn);
	test_run(test_read_back);
	test_run(test_largest);
	test_run(test_any);
	return test_result();
}
