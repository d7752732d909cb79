/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "netconf.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Both families automatic on ifname, nothing else set. */
void net_config_init(struct net_config *config, const char *ifname)
{
	*config = (struct net_config){
		.v4.method = NET_METHOD_AUTO,
		.v6.method = NET_METHOD_AUTO,
	};
	snprintf(config->ifname, sizeof(config->ifname), "%s", ifname);
}

/* May addresses of this family come from the network? */
bool net_family_is_automatic(const struct net_family *family)
{
	return family->method == NET_METHOD_AUTO || family->method == NET_METHOD_DHCP;
}

/* Same method and, where it is static, same addresses and gateway. */
static bool family_equal(const struct net_family *a, const struct net_family *b)
{
	if (a->method != b->method)
		return false;
	if (a->method != NET_METHOD_STATIC)
		return true;
	if (a->n_addresses != b->n_addresses || !ip_equal(&a->gateway, &b->gateway))
		return false;
	for (size_t i = 0; i < a->n_addresses; i++)
		if (!ip_prefix_equal(&a->addresses[i], &b->addresses[i]))
			return false;
	return a->gateway.family == AF_UNSPEC || a->gateway_onlink == b->gateway_onlink;
}

bool net_device_equal(const struct net_device *a, const struct net_device *b)
{
	if (a->kind != b->kind)
		return false;
	if (a->kind == NET_DEVICE_EXISTING)
		return true;
	if (a->n_ports != b->n_ports)
		return false;
	for (size_t i = 0; i < a->n_ports; i++)
		if (strcmp(a->ports[i], b->ports[i]) != 0)
			return false;
	return a->kind == NET_DEVICE_VLAN ? a->vlan_id == b->vlan_id : a->bond_mode == b->bond_mode;
}

/* The same names in the same order? */
static bool names_equal(const char (*a)[DOMAIN_MAX], const char (*b)[DOMAIN_MAX], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(a[i], b[i]) != 0)
			return false;
	return true;
}

/* The same name servers, domains and time servers? */
static bool servers_equal(const struct net_config *a, const struct net_config *b)
{
	if (a->n_dns != b->n_dns || a->n_domains != b->n_domains || a->n_ntp != b->n_ntp)
		return false;
	for (size_t i = 0; i < a->n_dns; i++)
		if (!ip_equal(&a->dns[i], &b->dns[i]))
			return false;
	return names_equal(a->domains, b->domains, a->n_domains) &&
	       names_equal(a->ntp, b->ntp, a->n_ntp);
}

/* The same routes in the same order? */
static bool routes_equal(const struct net_config *a, const struct net_config *b)
{
	if (a->n_routes != b->n_routes)
		return false;
	for (size_t i = 0; i < a->n_routes; i++)
		if (!ip_prefix_equal(&a->routes[i].destination, &b->routes[i].destination) ||
			!ip_equal(&a->routes[i].gateway, &b->routes[i].gateway) ||
			a->routes[i].metric != b->routes[i].metric)
			return false;
	return true;
}

/* Do both ask for the same thing? */
bool net_config_equal(const struct net_config *a, const struct net_config *b)
{
	return strcmp(a->ifname, b->ifname) == 0 && net_device_equal(&a->device, &b->device) &&
	       family_equal(&a->v4, &b->v4) && family_equal(&a->v6, &b->v6) &&
	       servers_equal(a, b) && a->mtu == b->mtu && routes_equal(a, b) &&
	       a->dhcp_by_mac == b->dhcp_by_mac && a->dhcp_anonymous == b->dhcp_anonymous;
}

/* Write a route as ip-route(8) does. */
const char *net_route_format(const struct net_route *route, char buf[static NET_ROUTE_TEXT_MAX])
{
	char destination[IP_TEXT_MAX], gateway[IP_TEXT_MAX], metric[32] = "";
	bool via = route->gateway.family != AF_UNSPEC;

	if (route->metric != 0)
		snprintf(metric, sizeof(metric), " metric %u", route->metric);
	snprintf(buf, NET_ROUTE_TEXT_MAX, "%s%s%s%s",
		ip_prefix_format(&route->destination, destination), via ? " via " : "",
		via ? ip_format(&route->gateway, gateway) : "", metric);
	return buf;
}

/* As everybody calls it. */
const char *net_vlan_name(const char *port, unsigned id, char ret[static IFNAMSIZ])
{
	if (snprintf(ret, IFNAMSIZ, "%s.%u", port, id) >= IFNAMSIZ)
		(void)snprintf(ret, IFNAMSIZ, "vlan%u", id);
	return ret;
}

/* The settings of a link, or NULL. */
const struct net_config *net_set_find(const struct net_set *set, const char *ifname)
{
	for (size_t i = 0; i < set->n_links; i++)
		if (strcmp(set->links[i].ifname, ifname) == 0)
			return &set->links[i];
	return NULL;
}

/* Put config in the place of the link's settings, or behind the others. */
int net_set_put(struct net_set *set, const struct net_config *config)
{
	const struct net_config *known = net_set_find(set, config->ifname);
	size_t i = known ? (size_t)(known - set->links) : set->n_links;

	if (i == NET_LINKS_MAX)
		return -ENOSPC;
	set->links[i] = *config;
	if (!known)
		set->n_links++;
	return 0;
}

/* The same links with equal settings, and the same one advertised? */
bool net_set_equal(const struct net_set *a, const struct net_set *b)
{
	if (a->n_links != b->n_links || strcmp(a->advertised, b->advertised) != 0)
		return false;
	for (size_t i = 0; i < a->n_links; i++) {
		const struct net_config *other = net_set_find(b, a->links[i].ifname);

		if (!other || !net_config_equal(&a->links[i], other))
			return false;
	}
	return true;
}
