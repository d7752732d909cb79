/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What stands in one file. */

#include "netconf_write.h"
#include "netfile_parts.h"
#include "util.h"

#define HEADER                                                                                     \
	"# Written by firstboot; what is changed here is lost when settings are saved again.\n"    \
	"# Own settings belong into a drop-in directory of this file's name and \".d\".\n"

#define METRIC_SECOND 2048 /* behind a lease's default route, which has 1024 */

/* What is so of a link, and decides which lines it needs. */
enum fact {
	DHCP4 = 1 << 0,
	AUTO6 = 1 << 1, /* routers are listened to */
	DHCP6 = 1 << 2, /* DHCPv6 whatever they say */
	OWN_DNS = 1 << 3,
	OWN_NTP = 1 << 4,
	BY_MAC = 1 << 5,
	ANONYMOUS = 1 << 6,
};

/* Lines that follow from facts, all of which must be so. Own servers replace those of a lease: who
 * types them beside "automatic" does not want half of the questions to go elsewhere, and
 * systemd-resolved would ask any of them. Without own ones, a lease's are used. */
static const struct {
	const char *section, *line;
	int needs;
} lines[] = {
	{ "DHCPv4", "ClientIdentifier=mac", DHCP4 | BY_MAC },
	{ "DHCPv4", "SendHostname=no", DHCP4 | ANONYMOUS },
	{ "DHCPv4", "UseDNS=no", DHCP4 | OWN_DNS },
	{ "DHCPv4", "UseNTP=no", DHCP4 | OWN_NTP },
	{ "DHCPv6", "WithoutRA=solicit", DHCP6 },
	{ "DHCPv6", "DUIDType=link-layer", AUTO6 | BY_MAC },
	{ "DHCPv6", "UseDNS=no", AUTO6 | OWN_DNS },
	{ "DHCPv6", "UseNTP=no", AUTO6 | OWN_NTP },
	{ "IPv6AcceptRA", "UseAutonomousPrefix=no", DHCP6 },
	{ "IPv6AcceptRA", "UseDNS=no", AUTO6 | OWN_DNS },
};

/* Everything that is so. */
static int facts_of(const struct net_config *config)
{
	return (config->v4.method == NET_METHOD_AUTO ? DHCP4 : 0) |
	       (net_family_is_automatic(&config->v6) ? AUTO6 : 0) |
	       (config->v6.method == NET_METHOD_DHCP ? DHCP6 : 0) |
	       (config->n_dns > 0 ? OWN_DNS : 0) | (config->n_ntp > 0 ? OWN_NTP : 0) |
	       (config->dhcp_by_mac ? BY_MAC : 0) | (config->dhcp_anonymous ? ANONYMOUS : 0);
}

/* The lines that follow from what is so, each section's beneath its name. */
static void write_automatic(FILE *f, const struct net_config *config)
{
	const char *section = "";
	int facts = facts_of(config);

	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		if ((facts & lines[i].needs) != lines[i].needs)
			continue;
		if (!streq(section, lines[i].section))
			fprintf(f, "\n[%s]\n", lines[i].section);
		section = lines[i].section;
		fprintf(f, "%s\n", lines[i].line);
	}
}

/* The gateway to write, NULL for none. */
static const struct ip_addr *family_gateway(const struct net_family *family)
{
	if (family->method != NET_METHOD_STATIC || family->gateway.family == AF_UNSPEC)
		return NULL;
	return &family->gateway;
}

/* The family of a link. */
static const struct net_family *family_of(const struct net_config *config, bool v4)
{
	return v4 ? &config->v4 : &config->v6;
}

/* The metric of a link's default route, 0 for the kernel's own. The advertised link comes first,
 * then the others in their order: of routes that are alike the kernel would take the one that was
 * set last, and for IPv6 all of them in turns. */
static unsigned gateway_metric(const struct net_set *set, const struct net_config *config, bool v4)
{
	unsigned before = 0;

	if (streq(config->ifname, set->advertised))
		return 0;
	for (size_t i = 0; i < set->n_links; i++) {
		const struct net_config *other = &set->links[i];

		if (family_gateway(family_of(other, v4)) &&
			(other < config || streq(other->ifname, set->advertised)))
			before++;
	}
	return before == 0 ? 0 : METRIC_SECOND + before;
}

/* Does a default route need a section, as it is more than its gateway? */
static bool is_special(const struct net_set *set, const struct net_config *config, bool v4)
{
	return family_of(config, v4)->gateway_onlink || gateway_metric(set, config, v4) != 0;
}

/* Gateway= in [Network] for a plain default route. */
static void write_gateway(
	FILE *f, const struct net_set *set, const struct net_config *config, bool v4)
{
	const struct ip_addr *gateway = family_gateway(family_of(config, v4));
	char ip[IP_TEXT_MAX];

	if (gateway && !is_special(set, config, v4))
		fprintf(f, "Gateway=%s\n", ip_format(gateway, ip));
}

/* A [Route] section for one whose gateway the addresses do not cover, or that comes after others.
 */
static void write_default_route(
	FILE *f, const struct net_set *set, const struct net_config *config, bool v4)
{
	const struct ip_addr *gateway = family_gateway(family_of(config, v4));
	unsigned metric = gateway ? gateway_metric(set, config, v4) : 0;
	char ip[IP_TEXT_MAX];

	if (!gateway || !is_special(set, config, v4))
		return;
	fprintf(f, "\n[Route]\nGateway=%s\n", ip_format(gateway, ip));
	if (family_of(config, v4)->gateway_onlink)
		fputs("GatewayOnLink=yes\n", f);
	if (metric != 0)
		fprintf(f, "Metric=%u\n", metric);
}

/* An [Address] section each. Without DuplicateAddressDetection=ipv4: networkd 252 aborts when a
 * link is set up anew while such a check is under way, and drops the address for 6 s at each
 * reload. */
static void write_addresses(FILE *f, const struct net_family *family)
{
	char ip[IP_TEXT_MAX];

	if (family->method != NET_METHOD_STATIC)
		return;
	for (size_t i = 0; i < family->n_addresses; i++)
		fprintf(f, "\n[Address]\nAddress=%s\n",
			ip_prefix_format(&family->addresses[i], ip));
}

/* How addresses come, and the servers. DHCPv6 starts when a router asks for it, unless it is to
 * start without. */
static void write_servers(FILE *f, const struct net_set *set, const struct net_config *config)
{
	bool v4 = config->v4.method == NET_METHOD_AUTO, v6 = config->v6.method == NET_METHOD_DHCP;

	fprintf(f, "DHCP=%s\nIPv6AcceptRA=%s\nLinkLocalAddressing=%s\n",
		v4 && v6 ? "yes"
		: v4	 ? "ipv4"
		: v6	 ? "ipv6"
			 : "no",
		net_family_is_automatic(&config->v6) ? "yes" : "no",
		config->v6.method == NET_METHOD_OFF ? "no" : "ipv6");
	write_gateway(f, set, config, true);
	write_gateway(f, set, config, false);
	netconf_write_servers(f, config);
}

/* The link itself: its size of packets, and not to be waited for at boot where no address will ever
 * come. It is up in any case, as ports and parents must be. */
static void write_link(FILE *f, const struct net_config *config)
{
	bool bare = config->v4.method == NET_METHOD_OFF && config->v6.method == NET_METHOD_OFF;

	if (config->mtu != 0 || bare)
		fputs("\n[Link]\n", f);
	if (config->mtu != 0)
		fprintf(f, "MTUBytes=%u\n", config->mtu);
	if (bare)
		fputs("RequiredForOnline=no\n", f);
}

/* The .network file of a link. */
void netfile_write_network(FILE *f, const void *what)
{
	const struct netfile_link *link = what;
	const struct net_config none = { 0 };
	const struct net_config *config = link->config ? link->config : &none;
	const struct net_set *set = link->set;

	fprintf(f, HEADER "\n[Match]\nName=%s\n", link->ifname);
	write_link(f, config);
	fputs("\n[Network]\n", f);
	write_servers(f, set, config);
	if (link->bond)
		fprintf(f, "Bond=%s\n", link->bond);
	for (size_t i = 0; i < set->n_links; i++)
		if (set->links[i].device.kind == NET_DEVICE_VLAN &&
			streq(set->links[i].device.ports[0], link->ifname))
			fprintf(f, "VLAN=%s\n", set->links[i].ifname);
	write_addresses(f, &config->v4);
	write_addresses(f, &config->v6);
	write_default_route(f, set, config, true);
	write_default_route(f, set, config, false);
	netconf_write_routes(f, config);
	write_automatic(f, config);
}

/* With the MAC of the port in use, frames pass where a hypervisor refuses those of other senders.
 */
const struct netfile_mode netfile_modes[] = {
	[NET_BOND_ACTIVE_BACKUP] = { "active-backup", "FailOverMACPolicy=active\n" },
	[NET_BOND_802_3AD] = { "802.3ad", "" },
	[NET_BOND_BALANCE_ALB] = { "balance-alb", "" },
};

/* The .netdev file of a VLAN or a bond. */
void netfile_write_netdev(FILE *f, const void *what)
{
	const struct net_config *config = what;
	const struct net_device *device = &config->device;

	fprintf(f, HEADER "\n[NetDev]\nName=%s\n", config->ifname);
	if (device->kind == NET_DEVICE_VLAN)
		fprintf(f, "Kind=vlan\n\n[VLAN]\nId=%u\n", device->vlan_id);
	else
		fprintf(f, "Kind=bond\n\n[Bond]\nMode=%s\nMIIMonitorSec=100ms\n%s",
			netfile_modes[device->bond_mode].mode,
			netfile_modes[device->bond_mode].more);
}
