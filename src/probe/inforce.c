/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <linux/if_addr.h>

#include "inforce.h"
#include "inforce_routes.h"
#include "lease.h"
#include "util.h"

/* Is this an address that a customer could have set: not made up by the kernel or the host for
 * itself? */
static bool is_setting(const struct address *address, int family)
{
	bool temporary = family == AF_INET6 && (address->flags & IFA_F_TEMPORARY);

	return address->ip.addr.family == family && !temporary &&
	       !ip_is_link_local(&address->ip.addr) && !ip_is_loopback(&address->ip.addr);
}

/* Take the link's addresses of one family. The method is automatic where one of them has a
 * lifetime. */
static void read_addresses(
	const struct netlink *nl, int ifindex, int family, struct net_family *ret)
{
	size_t n;
	const struct address *addresses = netlink_addresses(nl, &n);

	ret->method = NET_METHOD_STATIC;
	for (size_t i = 0; i < n; i++) {
		if (addresses[i].ifindex != ifindex || !is_setting(&addresses[i], family))
			continue;
		if (!(addresses[i].flags & IFA_F_PERMANENT))
			ret->method = NET_METHOD_AUTO;
		if (ret->n_addresses < NET_ADDRESSES_MAX)
			ret->addresses[ret->n_addresses++] = addresses[i].ip;
	}
}

/* Has the link an address of this origin, by networkd's account? */
static bool has_origin(const struct link_state *state, int family, const char *source)
{
	for (size_t i = 0; i < state->n_origins; i++)
		if (state->origins[i].addr.family == family &&
			streq(state->origins[i].source, source))
			return true;
	return false;
}

/* Does networkd configure the link by hand-written addresses of the other family alone, so that
 * nobody is being asked for one of this family? */
static bool is_left_out(const struct link_state *state, int other_family)
{
	return state && state->known && streq(state->administrative, "configured") &&
	       has_origin(state, other_family, "static");
}

/* Does the kernel keep an IPv6 address of its own making on the link? */
static bool has_link_local(const struct netlink *nl, int ifindex)
{
	size_t n;
	const struct address *addresses = netlink_addresses(nl, &n);

	for (size_t i = 0; i < n; i++)
		if (addresses[i].ifindex == ifindex && addresses[i].ip.addr.family == AF_INET6 &&
			ip_is_link_local(&addresses[i].ip.addr))
			return true;
	return false;
}

/* How IPv4 is set: a link without an address is still asking, unless networkd is done with it. */
static enum net_method v4_method(const struct net_config *config, const struct link_state *state)
{
	if (state && state->dhcp4)
		return NET_METHOD_AUTO;
	if (config->v4.n_addresses > 0)
		return config->v4.method;
	return is_left_out(state, AF_INET6) ? NET_METHOD_OFF : NET_METHOD_AUTO;
}

/* How IPv6 is set: with carrier, only a link that has IPv6 switched off lacks a link-local address.
 */
static enum net_method v6_method(const struct netlink *nl, const struct link *link,
	const struct net_config *config, const struct link_state *state)
{
	bool live = (link->flags & IFF_UP) && (link->flags & IFF_LOWER_UP);

	/* A DHCPv6 lease where no router has said a word. */
	if (state && has_origin(state, AF_INET6, "DHCPv6") &&
		!has_origin(state, AF_INET6, "NDisc") && state->gateway6.family == AF_UNSPEC)
		return NET_METHOD_DHCP;
	if (config->v6.n_addresses > 0)
		return config->v6.method;
	return live && !has_link_local(nl, link->ifindex) ? NET_METHOD_OFF : NET_METHOD_AUTO;
}

/* The gateway of the link's best default route, else networkd's. */
static struct ip_addr read_gateway(
	const struct netlink *nl, int ifindex, int family, const struct link_state *state)
{
	size_t n;
	const struct default_route *routes = netlink_default_routes(nl, &n);

	for (size_t i = 0; i < n; i++)
		if (routes[i].ifindex == ifindex && routes[i].gateway.family == family)
			return routes[i].gateway;
	if (!state)
		return (struct ip_addr){ 0 };
	return family == AF_INET ? state->gateway4 : state->gateway6;
}

/* A gateway that none of the addresses covers can only be in force as one on the link. */
static bool is_onlink(const struct net_family *family)
{
	if (family->gateway.family == AF_UNSPEC || ip_is_link_local(&family->gateway))
		return false;
	for (size_t i = 0; i < family->n_addresses; i++)
		if (ip_in_prefix(&family->gateway, &family->addresses[i]))
			return false;
	return true;
}

/* Name servers, search domains and time servers. A server that a router advertised as its own
 * link-local address is of no use without the link's name, and cannot be set. Domains that the
 * lease names but the manager does not use are what a lease turned into fixed settings brings. */
static void read_names(const struct link_state *state, struct net_config *ret)
{
	bool lent = state->n_domains == 0;

	for (size_t i = 0; i < state->n_dns; i++)
		if (!ip_is_link_local(&state->dns[i]))
			ret->dns[ret->n_dns++] = state->dns[i];
	memcpy(ret->domains, lent ? state->lease.domains : state->domains, sizeof(ret->domains));
	ret->n_domains = lent ? state->lease.n_domains : state->n_domains;
	memcpy(ret->ntp, state->ntp, sizeof(ret->ntp));
	ret->n_ntp = state->n_ntp;
}

/* Does the link tell DHCP servers its MAC as its identifier (type 1, Ethernet)? */
static bool asks_by_mac(const struct link *link, const struct link_state *state)
{
	char text[3 * LEASE_ID_MAX + 1];
	uint8_t id[1 + sizeof(link->mac)] = { 1 };

	if (link->mac_len == 0)
		return false;
	memcpy(id + 1, link->mac, link->mac_len);
	lease_print_id(id, 1 + (size_t)link->mac_len, text);
	return streq(text, state->lease.client_id);
}

/* What only the manager knows. */
static void read_state(
	const struct link *link, const struct link_state *state, struct net_config *ret)
{
	read_names(state, ret);
	ret->dhcp_by_mac = asks_by_mac(link, state);
	if (state->lease.mtu == link->mtu)
		ret->mtu = link->mtu;
}

void inforce_read(const struct netlink *nl, const struct link *link, const struct link_state *state,
	struct net_config *ret)
{
	struct inforce_routes routes;

	net_config_init(ret, link->name);
	read_addresses(nl, link->ifindex, AF_INET, &ret->v4);
	read_addresses(nl, link->ifindex, AF_INET6, &ret->v6);
	ret->v4.method = v4_method(ret, state);
	ret->v6.method = v6_method(nl, link, ret, state);
	ret->v4.gateway = read_gateway(nl, link->ifindex, AF_INET, state);
	ret->v6.gateway = read_gateway(nl, link->ifindex, AF_INET6, state);
	inforce_collect_routes(nl, link->ifindex, state, &routes);
	inforce_widen_addresses(&routes, &ret->v6);
	ret->v4.gateway_onlink = is_onlink(&ret->v4);
	ret->v6.gateway_onlink = is_onlink(&ret->v6);
	if (state)
		read_state(link, state, ret);
	inforce_take_routes(&routes, ret);
}
