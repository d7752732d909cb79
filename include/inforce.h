/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The settings that one link has now, in the terms in which they can be set: what the pages are
 * prefilled with. */

#include "netlink.h"
#include "sysstate.h"

/* Addresses and gateways from the kernel, the rest from networkd's answer (state may be NULL:
 * kernel only). A method is NET_METHOD_AUTO where the kernel's addresses have a lifetime, or where
 * networkd says DHCP or that it is still asking. Addresses of a lease are filled in, too, so that a
 * customer can turn them into fixed ones. */
void inforce_read(const struct netlink *nl, const struct link *link, const struct link_state *state,
	struct net_config *ret);
