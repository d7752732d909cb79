/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inforce_routes.h"

#include <linux/rtnetlink.h>

#include "util.h"

/* Did a lease or a router give what comes from there? */
static bool is_given(const char *source)
{
	return streq(source, "DHCPv4") || streq(source, "DHCPv6") || streq(source, "NDisc") ||
	       streq(source, "DHCP-PD");
}

/* The routes by the manager's account. */
static void collect_told(const struct link_state *state, struct inforce_routes *ret)
{
	for (; ret->n < state->n_routes; ret->n++) {
		ret->all[ret->n].route = state->routes[ret->n].route;
		ret->all[ret->n].given = is_given(state->routes[ret->n].source);
	}
}

/* The routes by the kernel's, where they have been read. */
static void collect_read(const struct netlink *nl, int ifindex, struct inforce_routes *ret)
{
	size_t n;
	const struct route *routes = netlink_set_routes(nl, &n);

	for (size_t i = 0; i < n && ret->n < ARRAY_SIZE(ret->all); i++) {
		if (routes[i].ifindex != ifindex || routes[i].destination.length == 0)
			continue;
		ret->all[ret->n].route = (struct net_route){
			.destination = routes[i].destination,
			.gateway = routes[i].gateway,
			.metric = routes[i].metric,
		};
		ret->all[ret->n++].given =
			routes[i].protocol == RTPROT_DHCP || routes[i].protocol == RTPROT_RA;
	}
}

void inforce_collect_routes(const struct netlink *nl, int ifindex, const struct link_state *state,
	struct inforce_routes *ret)
{
	memset(ret, 0, sizeof(*ret));
	if (state && state->known && state->n_routes > 0)
		collect_told(state, ret);
	else
		collect_read(nl, ifindex, ret);
}

/* Give an address of a single host the prefix of the network that a router says it is on. */
static void widen(struct ip_prefix *address, const struct inforce_routes *routes)
{
	if (address->length != 8 * ip_size(address->addr.family))
		return;
	for (size_t i = 0; i < routes->n; i++) {
		const struct net_route *route = &routes->all[i].route;

		if (routes->all[i].given && route->gateway.family == AF_UNSPEC &&
			route->destination.length < address->length &&
			ip_in_prefix(&address->addr, &route->destination))
			address->length = route->destination.length;
	}
}

void inforce_widen_addresses(const struct inforce_routes *routes, struct net_family *v6)
{
	if (net_family_is_automatic(v6))
		for (size_t i = 0; i < v6->n_addresses; i++)
			widen(&v6->addresses[i], routes);
}

/* Is this the network of one of the link's own addresses, or within it, on the link itself? */
static bool is_in_own_network(const struct net_family *family, const struct net_route *route)
{
	if (route->gateway.family != AF_UNSPEC)
		return false;
	for (size_t i = 0; i < family->n_addresses; i++)
		if (family->addresses[i].length <= route->destination.length &&
			ip_in_prefix(&route->destination.addr, &family->addresses[i]))
			return true;
	return false;
}

/* Is this an address of a server that the link uses? */
static bool is_server(const struct net_config *config, const struct ip_addr *addr)
{
	char text[IP_TEXT_MAX];

	for (size_t i = 0; i < config->n_dns; i++)
		if (ip_equal(&config->dns[i], addr))
			return true;
	for (size_t i = 0; i < config->n_ntp; i++)
		if (streq(config->ntp[i], ip_format(addr, text)))
			return true;
	return false;
}

/* Did the manager make this route itself, from others of the lease's values: into an address's own
 * network, to the gateway, or to a server by the way that packets to it go anyway? */
static bool is_made_up(
	const struct net_config *config, const struct net_family *family, const struct net_route *r)
{
	const struct ip_prefix *to = &r->destination;

	if (is_in_own_network(family, r))
		return true;
	if (to->length != 8 * ip_size(to->addr.family))
		return false;
	return ip_equal(&to->addr, &family->gateway) ||
	       (is_server(config, &to->addr) &&
		       (r->gateway.family == AF_UNSPEC || ip_equal(&r->gateway, &family->gateway)));
}

void inforce_take_routes(const struct inforce_routes *routes, struct net_config *ret)
{
	for (size_t i = 0; i < routes->n && ret->n_routes < NET_ROUTES_MAX; i++) {
		const struct net_route *route = &routes->all[i].route;
		bool v6 = route->destination.addr.family == AF_INET6;

		if (routes->all[i].given && is_made_up(ret, v6 ? &ret->v6 : &ret->v4, route))
			continue;
		ret->routes[ret->n_routes] = *route;
		/* The metric of a lease's is the manager's own choice. */
		if (routes->all[i].given)
			ret->routes[ret->n_routes].metric = 0;
		ret->n_routes++;
	}
}
