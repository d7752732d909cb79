/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include "settings.h"
#include "settings_words.h"
#include "util.h"

/* The link whose lines are being read; -EINVAL before the first one. */
static int current_link(struct net_set *set, struct net_config **ret)
{
	if (set->n_links == 0)
		return -EINVAL;
	*ret = &set->links[set->n_links - 1];
	return 0;
}

/* The number of a word in a table of n. */
static int parse_word(const char *value, const char *const *words, unsigned n, unsigned *ret)
{
	for (unsigned i = 0; i < n; i++)
		if (streq(value, words[i])) {
			*ret = i;
			return 0;
		}
	return -EINVAL;
}

/* A number of up to ten digits. */
static int parse_number(const char *value, uint32_t max, uint32_t *ret)
{
	unsigned long long number;

	if (*value == '\0' || strlen(value) > 10 || value[strspn(value, "0123456789")] != '\0')
		return -EINVAL;
	number = strtoull(value, NULL, 10);
	if (number > max)
		return -EINVAL;
	*ret = (uint32_t)number;
	return 0;
}

/* A name that fits into size bytes. */
static int parse_name(const char *value, char *ret, size_t size)
{
	if (strlen(value) >= size)
		return -EINVAL;
	memcpy(ret, value, strlen(value) + 1);
	return 0;
}

/* The link that is advertised. */
static int parse_advertised(struct net_set *set, struct net_config *config, const char *value)
{
	return parse_name(value, set->advertised, sizeof(set->advertised));
}

/* A further link. */
static int parse_link(struct net_set *set, struct net_config *config, const char *value)
{
	if (set->n_links == NET_LINKS_MAX)
		return -EINVAL;
	return parse_name(value, set->links[set->n_links++].ifname, IFNAMSIZ);
}

/* How a link is made. */
static int parse_kind(struct net_set *set, struct net_config *config, const char *value)
{
	unsigned kind;
	int r = parse_word(value, settings_kinds, N_SETTINGS_KINDS, &kind);

	if (r == 0)
		config->device.kind = (enum net_device_kind)kind;
	return r;
}

/* The number of a VLAN. */
static int parse_vlan_id(struct net_set *set, struct net_config *config, const char *value)
{
	uint32_t id;
	int r = parse_number(value, UINT16_MAX, &id);

	if (r == 0)
		config->device.vlan_id = (uint16_t)id;
	return r;
}

/* How a bond uses its ports. */
static int parse_mode(struct net_set *set, struct net_config *config, const char *value)
{
	unsigned mode;
	int r = parse_word(value, settings_modes, N_SETTINGS_MODES, &mode);

	if (r == 0)
		config->device.bond_mode = (enum net_bond_mode)mode;
	return r;
}

/* A link that this one is made of. */
static int parse_port(struct net_set *set, struct net_config *config, const char *value)
{
	struct net_device *device = &config->device;

	if (device->n_ports == NET_PORTS_MAX)
		return -EINVAL;
	return parse_name(value, device->ports[device->n_ports++], IFNAMSIZ);
}

/* The MTU. */
static int parse_mtu(struct net_set *set, struct net_config *config, const char *value)
{
	return parse_number(value, UINT32_MAX, &config->mtu);
}

/* How a family gets its addresses. */
static int parse_method(struct net_family *family, const char *value)
{
	unsigned method;
	int r = parse_word(value, settings_methods, N_SETTINGS_METHODS, &method);

	if (r == 0)
		family->method = (enum net_method)method;
	return r;
}

static int parse_method4(struct net_set *set, struct net_config *config, const char *value)
{
	return parse_method(&config->v4, value);
}

static int parse_method6(struct net_set *set, struct net_config *config, const char *value)
{
	return parse_method(&config->v6, value);
}

/* The family of config that addr belongs to. */
static struct net_family *family_of(struct net_config *config, const struct ip_addr *addr)
{
	return addr->family == AF_INET ? &config->v4 : &config->v6;
}

/* An address. One in the other family's section does not survive the comparison at the end. */
static int parse_address(struct net_set *set, struct net_config *config, const char *value)
{
	struct net_family *family;
	struct ip_prefix prefix;

	if (ip_prefix_parse(value, &prefix) < 0)
		return -EINVAL;
	family = family_of(config, &prefix.addr);
	if (family->n_addresses == NET_ADDRESSES_MAX)
		return -EINVAL;
	family->addresses[family->n_addresses++] = prefix;
	return 0;
}

/* A gateway, likewise. */
static int parse_gateway(struct net_set *set, struct net_config *config, const char *value)
{
	struct ip_addr addr;
	int r = ip_parse(value, &addr);

	if (r == 0)
		family_of(config, &addr)->gateway = addr;
	return r;
}

static int parse_onlink4(struct net_set *set, struct net_config *config, const char *value)
{
	config->v4.gateway_onlink = true;
	return 0;
}

static int parse_onlink6(struct net_set *set, struct net_config *config, const char *value)
{
	config->v6.gateway_onlink = true;
	return 0;
}

/* A name server. */
static int parse_dns(struct net_set *set, struct net_config *config, const char *value)
{
	return config->n_dns == NET_DNS_MAX ? -EINVAL
					    : ip_parse(value, &config->dns[config->n_dns++]);
}

/* A search domain. */
static int parse_domain(struct net_set *set, struct net_config *config, const char *value)
{
	return config->n_domains == NET_DOMAINS_MAX
		       ? -EINVAL
		       : parse_name(value, config->domains[config->n_domains++], DOMAIN_MAX);
}

/* A time server. */
static int parse_ntp(struct net_set *set, struct net_config *config, const char *value)
{
	return config->n_ntp == NET_NTP_MAX
		       ? -EINVAL
		       : parse_name(value, config->ntp[config->n_ntp++], DOMAIN_MAX);
}

/* A further route. */
static int parse_destination(struct net_set *set, struct net_config *config, const char *value)
{
	if (config->n_routes == NET_ROUTES_MAX)
		return -EINVAL;
	return ip_prefix_parse(value, &config->routes[config->n_routes++].destination) < 0 ? -EINVAL
											   : 0;
}

/* The gateway of the last route. */
static int parse_route_gateway(struct net_set *set, struct net_config *config, const char *value)
{
	return config->n_routes == 0
		       ? -EINVAL
		       : ip_parse(value, &config->routes[config->n_routes - 1].gateway);
}

/* Its metric. */
static int parse_metric(struct net_set *set, struct net_config *config, const char *value)
{
	return config->n_routes == 0 ? -EINVAL
				     : parse_number(value, UINT32_MAX,
					       &config->routes[config->n_routes - 1].metric);
}

static int parse_by_mac(struct net_set *set, struct net_config *config, const char *value)
{
	config->dhcp_by_mac = true;
	return 0;
}

static int parse_anonymous(struct net_set *set, struct net_config *config, const char *value)
{
	config->dhcp_anonymous = true;
	return 0;
}

/* Every line there is; config is NULL where the line is about the set. */
static const struct line {
	const char *section, *key;
	bool of_set;
	int (*parse)(struct net_set *set, struct net_config *config, const char *value);
} lines[] = {
	{ "[Set]", "Advertised=", true, parse_advertised },
	{ "[Link]", "Name=", true, parse_link },
	{ "[Link]", "Kind=", false, parse_kind },
	{ "[Link]", "Id=", false, parse_vlan_id },
	{ "[Link]", "Mode=", false, parse_mode },
	{ "[Link]", "Port=", false, parse_port },
	{ "[Link]", "MTUBytes=", false, parse_mtu },
	{ "[IPv4]", "Method=", false, parse_method4 },
	{ "[IPv4]", "Address=", false, parse_address },
	{ "[IPv4]", "Gateway=", false, parse_gateway },
	{ "[IPv4]", "GatewayOnLink=", false, parse_onlink4 },
	{ "[IPv6]", "Method=", false, parse_method6 },
	{ "[IPv6]", "Address=", false, parse_address },
	{ "[IPv6]", "Gateway=", false, parse_gateway },
	{ "[IPv6]", "GatewayOnLink=", false, parse_onlink6 },
	{ "[Network]", "DNS=", false, parse_dns },
	{ "[Network]", "Domains=", false, parse_domain },
	{ "[Network]", "NTP=", false, parse_ntp },
	{ "[Route]", "Destination=", false, parse_destination },
	{ "[Route]", "Gateway=", false, parse_route_gateway },
	{ "[Route]", "Metric=", false, parse_metric },
	{ "[DHCP]", "ClientIdentifier=", false, parse_by_mac },
	{ "[DHCP]", "SendHostname=", false, parse_anonymous },
};

/* Take one line of a section; the comparison at the end finds those that there are not. */
static int parse_line(struct net_set *set, const char *section, const char *text)
{
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		const struct line *line = &lines[i];
		size_t length = strlen(line->key);
		struct net_config *config = NULL;

		if (!streq(section, line->section) || strncmp(text, line->key, length) != 0)
			continue;
		if (!line->of_set && current_link(set, &config) < 0)
			return -EINVAL;
		return line->parse(set, config, text + length);
	}
	return 0;
}

/* Read settings back. The text is taken when the same set would be written in just this way. Not
 * read with inih, which cuts lines at 200 bytes: a domain may be longer. */
int settings_parse(const char *text, struct net_set *ret)
{
	_cleanup_free_ char *copy = strdup(text), *again = NULL;
	const char *section = "";
	char *next = copy, *line;
	int r;

	if (!copy)
		return -ENOMEM;
	memset(ret, 0, sizeof(*ret));
	while ((line = strsep(&next, "\n"))) {
		if (*line == '[')
			section = line;
		r = parse_line(ret, section, line);
		if (r < 0)
			return r;
	}
	r = settings_render(ret, &again);
	if (r < 0)
		return r;
	return streq(text, again) ? 0 : -EINVAL;
}
