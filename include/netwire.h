/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Network settings on the bus: the one place that knows their signature. */

#include <systemd/sd-bus.h>

#include "netconf.h"

/* method, addresses (bytes, prefix length), gateway (bytes, none: empty), gateway on-link */
#define NETWIRE_FAMILY_FIELDS "ya(ayy)ayb"
#define NETWIRE_FAMILY	      "(" NETWIRE_FAMILY_FIELDS ")"
/* kind, ports, VLAN id, bond mode */
#define NETWIRE_DEVICE_FIELDS "yasqy"
#define NETWIRE_DEVICE	      "(" NETWIRE_DEVICE_FIELDS ")"
/* destination, its prefix length, gateway (none: empty), metric */
#define NETWIRE_ROUTE_FIELDS "ayyayu"
#define NETWIRE_ROUTE	     "(" NETWIRE_ROUTE_FIELDS ")"
/* ifindex (0: a device that does not exist yet), ifname, device, IPv4, IPv6, DNS, domains, NTP,
 * MTU, routes, DHCP by MAC, DHCP without hostname */
#define NETWIRE_LINK_FIELDS                                                                        \
	"is" NETWIRE_DEVICE NETWIRE_FAMILY NETWIRE_FAMILY "aayasasua" NETWIRE_ROUTE "bb"
#define NETWIRE_LINK "(" NETWIRE_LINK_FIELDS ")"
/* links, the one advertised */
#define NETWIRE_SET "a" NETWIRE_LINK "s"

/* Append a set; ifindexes[i] is that of links[i] at this moment, NULL for all 0. */
int netwire_append(sd_bus_message *message, const struct net_set *set, const int *ifindexes);

/* Read one, every length and enum checked, nothing else: the caller validates. ret_ifindexes may be
 * NULL. -EBADMSG. */
int netwire_read(sd_bus_message *message, struct net_set *ret, int ret_ifindexes[NET_LINKS_MAX]);
