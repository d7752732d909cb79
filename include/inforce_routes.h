/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The part of inforce.h that is about further routes. */

#include "netlink.h"
#include "sysstate.h"

struct inforce_routes {
	struct {
		struct net_route route;
		bool given; /* by a lease or a router */
	} all[LINK_ROUTES_MAX];
	size_t n;
};

/* The link's further routes, as its manager tells of them (state may be NULL), else as the kernel
 * does. */
void inforce_collect_routes(const struct netlink *nl, int ifindex, const struct link_state *state,
	struct inforce_routes *ret);

/* DHCPv6 lends single addresses, whose network the router tells: fixed, they need it themselves. */
void inforce_widen_addresses(const struct inforce_routes *routes, struct net_family *v6);

/* Put those that somebody meant into the settings, whose addresses, gateways and servers are there
 * already. */
void inforce_take_routes(const struct inforce_routes *routes, struct net_config *ret);
