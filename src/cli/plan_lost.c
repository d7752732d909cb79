/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a link is set up to have, and the kernel does not: somebody has taken it away by hand, which
 * a manager need not notice. */

#include <net/if.h>

#include "plan_parts.h"

/* Has the link this address, in whatever state? */
static bool has_address(const struct plan *plan, int ifindex, const struct ip_prefix *wanted)
{
	size_t n;
	const struct address *addresses = netlink_addresses_of(plan->app->nl, ifindex, &n);

	for (size_t i = 0; i < n; i++)
		if (ip_prefix_equal(&addresses[i].ip, wanted))
			return true;
	return false;
}

/* Does a default route go through this gateway? */
static bool has_gateway(const struct plan *plan, int ifindex, const struct ip_addr *wanted)
{
	size_t n;
	const struct default_route *routes = netlink_default_routes(plan->app->nl, &n);

	for (size_t i = 0; i < n; i++)
		if (routes[i].ifindex == ifindex && ip_equal(&routes[i].gateway, wanted))
			return true;
	return false;
}

/* Is all there that is fixed of a family? */
static bool is_there(const struct plan *plan, int ifindex, const struct net_family *family)
{
	if (family->method != NET_METHOD_STATIC)
		return true;
	for (size_t i = 0; i < family->n_addresses; i++)
		if (!has_address(plan, ifindex, &family->addresses[i]))
			return false;
	return family->gateway.family == AF_UNSPEC || has_gateway(plan, ifindex, &family->gateway);
}

bool plan_has_lost(const struct plan *plan, const struct net_config *config)
{
	const struct link *link = netlink_link_by_name(plan->app->nl, config->ifname);

	/* Without a cable nothing has to be there. */
	return link && (link->flags & IFF_UP) && (link->flags & IFF_LOWER_UP) &&
	       !(is_there(plan, link->ifindex, &config->v4) &&
		       is_there(plan, link->ifindex, &config->v6));
}
