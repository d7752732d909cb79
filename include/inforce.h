/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The settings that one link has now, in the terms in which they can be set: what the pages are
 * prefilled with. */

#include "netlink.h"
#include "sysstate.h"

/* Addresses and gateways from the kernel, the rest from the manager's answer (state may be NULL:
 * kernel only; further routes are the kernel's then, where netlink_read_set_routes() was called). A
 * method is NET_METHOD_AUTO where the kernel's addresses have a lifetime, or where networkd says
 * DHCP or that it is still asking. All that a lease or a router gave is filled in, too, in the form
 * that it needs as fixed settings, so that changing the methods to NET_METHOD_STATIC keeps it: an
 * address of DHCPv6 has the length of its network, domains that the server named are there although
 * the manager may not use them, routes that the manager made for itself are left out, and the MTU
 * is set where the lease did. */
void inforce_read(const struct netlink *nl, const struct link *link, const struct link_state *state,
	struct net_config *ret);
