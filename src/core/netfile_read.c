/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a file of ours says, read back from its text before anybody sees it: line by line as
 * networkd takes it, by a table of all that we write. Whatever could begin a line or a section that
 * was not meant ends here. */

#include <errno.h>

#include "netfile_parts.h"
#include "util.h"

/* -- values -------------------------------------------------------------------------------------
 */

/* A name: nothing in it begins a comment, a section or a second word. */
static int read_name(const char *value, size_t size, char *ret)
{
	size_t length = strlen(value);

	if (length == 0 || length >= size || strpbrk(value, " \t[]#;=\"'"))
		return -EINVAL;
	memcpy(ret, value, length + 1);
	return 0;
}

/* A number in digits. */
static int read_number(const char *value, uint32_t *ret)
{
	unsigned long long number;

	if (*value == '\0' || strlen(value) > 10 || value[strspn(value, "0123456789")] != '\0')
		return -EINVAL;
	number = strtoull(value, NULL, 10);
	*ret = (uint32_t)number;
	return number <= UINT32_MAX ? 0 : -EINVAL;
}

static int read_link(struct netfile_said *said, const char *value)
{
	return read_name(value, IFNAMSIZ, said->config.ifname);
}

static int read_mtu(struct netfile_said *said, const char *value)
{
	return read_number(value, &said->config.mtu);
}

static int read_dhcp(struct netfile_said *said, const char *value)
{
	return read_name(value, sizeof(said->dhcp), said->dhcp);
}

/* One of two words. */
static int read_switch(const char *value, const char *on, bool *ret)
{
	*ret = streq(value, on);
	return *ret || streq(value, "no") ? 0 : -EINVAL;
}

static int read_routers(struct netfile_said *said, const char *value)
{
	return read_switch(value, "yes", &said->routers);
}

static int read_local(struct netfile_said *said, const char *value)
{
	return read_switch(value, "ipv6", &said->local6);
}

static int read_bond(struct netfile_said *said, const char *value)
{
	return read_name(value, IFNAMSIZ, said->bond);
}

static int read_vlan(struct netfile_said *said, const char *value)
{
	if (said->n_vlans == NET_LINKS_MAX)
		return -EINVAL;
	return read_name(value, IFNAMSIZ, said->vlans[said->n_vlans++]);
}

static int read_dns(struct netfile_said *said, const char *value)
{
	struct net_config *config = &said->config;

	return config->n_dns == NET_DNS_MAX ? -EINVAL
					    : ip_parse(value, &config->dns[config->n_dns++]);
}

static int read_domain(struct netfile_said *said, const char *value)
{
	struct net_config *config = &said->config;

	return config->n_domains == NET_DOMAINS_MAX
		       ? -EINVAL
		       : read_name(value, DOMAIN_MAX, config->domains[config->n_domains++]);
}

static int read_ntp(struct netfile_said *said, const char *value)
{
	struct net_config *config = &said->config;

	return config->n_ntp == NET_NTP_MAX
		       ? -EINVAL
		       : read_name(value, DOMAIN_MAX, config->ntp[config->n_ntp++]);
}

/* The family that an address is of. */
static struct net_family *family_of(struct netfile_said *said, const struct ip_addr *addr)
{
	return addr->family == AF_INET ? &said->config.v4 : &said->config.v6;
}

static int read_address(struct netfile_said *said, const char *value)
{
	struct ip_prefix prefix;
	struct net_family *family;

	if (ip_prefix_parse(value, &prefix) < 0)
		return -EINVAL;
	family = family_of(said, &prefix.addr);
	if (family->n_addresses == NET_ADDRESSES_MAX)
		return -EINVAL;
	family->addresses[family->n_addresses++] = prefix;
	return 0;
}

/* Take a default route. */
static int take_gateway(struct netfile_said *said, const struct ip_addr *gateway, bool onlink)
{
	struct net_family *family = family_of(said, gateway);

	if (family->gateway.family != AF_UNSPEC)
		return -EINVAL;
	family->gateway = *gateway;
	family->gateway_onlink = onlink;
	return 0;
}

static int read_gateway(struct netfile_said *said, const char *value)
{
	struct ip_addr gateway;

	return ip_parse(value, &gateway) < 0 ? -EINVAL : take_gateway(said, &gateway, false);
}

static int read_route_gateway(struct netfile_said *said, const char *value)
{
	return ip_parse(value, &said->route.gateway);
}

static int read_route_onlink(struct netfile_said *said, const char *value)
{
	said->route_onlink = true;
	return 0;
}

static int read_route_metric(struct netfile_said *said, const char *value)
{
	return read_number(value, &said->route.metric);
}

static int read_destination(struct netfile_said *said, const char *value)
{
	return ip_prefix_parse(value, &said->route.destination);
}

static int read_vlan_id(struct netfile_said *said, const char *value)
{
	uint32_t id;
	int r = read_number(value, &id);

	said->config.device.vlan_id = (uint16_t)id;
	return r < 0 || id > UINT16_MAX ? -EINVAL : 0;
}

static int read_kind(struct netfile_said *said, const char *value)
{
	said->config.device.kind = streq(value, "vlan") ? NET_DEVICE_VLAN : NET_DEVICE_BOND;
	return streq(value, "vlan") || streq(value, "bond") ? 0 : -EINVAL;
}

static int read_mode(struct netfile_said *said, const char *value)
{
	for (unsigned i = 0; i <= NET_BOND_BALANCE_ALB; i++)
		if (streq(value, netfile_modes[i].mode)) {
			said->config.device.bond_mode = (enum net_bond_mode)i;
			return 0;
		}
	return -EINVAL;
}

/* -- lines --------------------------------------------------------------------------------------
 */

/* All that we write. */
static const struct {
	const char *section, *key, *only; /* only: the one value that there is */
	int (*read)(
		struct netfile_said *said, const char *value); /* NULL: it follows from others */
} keys[] = {
	{ "Match", "Name", NULL, read_link },
	{ "Link", "MTUBytes", NULL, read_mtu },
	{ "Link", "RequiredForOnline", "no", NULL },
	{ "Network", "DHCP", NULL, read_dhcp },
	{ "Network", "IPv6AcceptRA", NULL, read_routers },
	{ "Network", "LinkLocalAddressing", NULL, read_local },
	{ "Network", "Gateway", NULL, read_gateway },
	{ "Network", "DNS", NULL, read_dns },
	{ "Network", "Domains", NULL, read_domain },
	{ "Network", "NTP", NULL, read_ntp },
	{ "Network", "Bond", NULL, read_bond },
	{ "Network", "VLAN", NULL, read_vlan },
	{ "Address", "Address", NULL, read_address },
	{ "Route", "Destination", NULL, read_destination },
	{ "Route", "Gateway", NULL, read_route_gateway },
	{ "Route", "GatewayOnLink", "yes", read_route_onlink },
	{ "Route", "Metric", NULL, read_route_metric },
	{ "DHCPv4", "ClientIdentifier", "mac", NULL },
	{ "DHCPv4", "SendHostname", "no", NULL },
	{ "DHCPv4", "UseDNS", "no", NULL },
	{ "DHCPv4", "UseNTP", "no", NULL },
	{ "DHCPv6", "WithoutRA", "solicit", NULL },
	{ "DHCPv6", "DUIDType", "link-layer", NULL },
	{ "DHCPv6", "UseDNS", "no", NULL },
	{ "DHCPv6", "UseNTP", "no", NULL },
	{ "IPv6AcceptRA", "UseAutonomousPrefix", "no", NULL },
	{ "IPv6AcceptRA", "UseDNS", "no", NULL },
	{ "NetDev", "Name", NULL, read_link },
	{ "NetDev", "Kind", NULL, read_kind },
	{ "VLAN", "Id", NULL, read_vlan_id },
	{ "Bond", "Mode", NULL, read_mode },
	{ "Bond", "MIIMonitorSec", "100ms", NULL },
	{ "Bond", "FailOverMACPolicy", "active", NULL },
};

/* A [Route] section has ended, if one was under way. */
static int end_route(struct netfile_said *said)
{
	struct net_config *config = &said->config;
	struct net_route route = said->route;
	bool onlink = said->route_onlink, in_route = said->in_route;

	said->in_route = said->route_onlink = false;
	said->route = (struct net_route){ 0 };
	if (!in_route)
		return 0;
	if (route.destination.addr.family == AF_UNSPEC)
		return route.gateway.family == AF_UNSPEC
			       ? -EINVAL
			       : take_gateway(said, &route.gateway, onlink);
	if (onlink || config->n_routes == NET_ROUTES_MAX)
		return -EINVAL;
	config->routes[config->n_routes++] = route;
	return 0;
}

/* "[Section]". */
static int read_section(struct netfile_said *said, const char *line, size_t size, char *ret)
{
	size_t length = strlen(line);
	int r = end_route(said);

	if (r < 0 || length < 3 || length - 2 >= size || line[length - 1] != ']')
		return -EINVAL;
	memcpy(ret, line + 1, length - 2);
	ret[length - 2] = '\0';
	said->in_route = streq(ret, "Route");
	said->n_matches += streq(ret, "Match") || streq(ret, "NetDev");
	said->n_networks += streq(ret, "Network");
	return 0;
}

/* "Key=value" below a section. */
static int read_line(struct netfile_said *said, const char *section, char *line)
{
	char *value = strchr(line, '=');

	if (!value)
		return -EINVAL;
	*value++ = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		if (!streq(keys[i].section, section) || !streq(keys[i].key, line))
			continue;
		if (keys[i].only && !streq(keys[i].only, value))
			return -EINVAL;
		return keys[i].read ? keys[i].read(said, value) : 0;
	}
	return -EINVAL;
}

int netfile_read(const char *text, struct netfile_said *said)
{
	_cleanup_free_ char *copy = strdup(text);
	char section[16] = "", *save = NULL;
	int r = 0;

	if (!copy)
		return -ENOMEM;
	for (char *line = strtok_r(copy, "\n", &save); line && r == 0;
		line = strtok_r(NULL, "\n", &save)) {
		if (*line == '[')
			r = read_section(said, line, sizeof(section), section);
		else if (*line != '#')
			r = read_line(said, section, line);
	}
	if (r == 0)
		r = end_route(said);
	return r;
}
