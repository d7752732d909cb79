/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Does the kernel have exactly what the settings say? Followed by rtnetlink, whoever manages the
 * links. */

#include <systemd/sd-event.h>

#include "netconf.h"

/* From good to bad: of several the last one is told. */
enum netproof_outcome {
	NETPROOF_HOLDS,
	NETPROOF_NO_CABLE,  /* ifname has none: the addresses will come with the cable */
	NETPROOF_NO_LEASE,  /* time is up, all fixed things are there, no automatic address came */
	NETPROOF_LEFTOVER,  /* time is up, and thing is still there although nobody asked for it */
	NETPROOF_MISSING,   /* time is up, and thing is not in force */
	NETPROOF_DUPLICATE, /* another machine uses addr (IPv6 duplicate address detection) */
	NETPROOF_NO_LINK,   /* ifname is not there, or has gone */
};

enum netproof_thing {
	NETPROOF_ADDRESS, /* addr */
	NETPROOF_GATEWAY, /* the default route by way of addr (AF_UNSPEC: on the link itself) */
	NETPROOF_ROUTE,	  /* the route to addr and length */
	NETPROOF_MTU,
	NETPROOF_DEVICE, /* ifname is no VLAN or bond as asked for; a leftover: it is still there */
	NETPROOF_PORT,	 /* port is none of the bond's */
};

struct netproof_result {
	enum netproof_outcome outcome;
	char ifname[IFNAMSIZ];
	enum netproof_thing thing; /* of a leftover or what is missing */
	struct ip_addr addr;
	uint8_t length;
	char port[IFNAMSIZ];
};

typedef void (*netproof_done_fn)(const struct netproof_result *result, void *userdata);

struct netproof;

/* Wait until every link of set that differs from old's is as it says: fixed addresses there and
 * past duplicate detection, default routes and further routes there, MTU, device and ports; of a
 * family that is fixed or off no other address and no route of a lease or a router is left; of an
 * automatic one an address has come (where there are two automatic families, one is enough after a
 * while; IPv6 beside an IPv4 that is there needs no router). A VLAN or bond that only old has must
 * be gone. done comes once, from the event loop, at the latest after timeout_usec; free the proof
 * in it or later. */
int netproof_new(sd_event *event, const struct net_set *old, const struct net_set *set,
	uint64_t timeout_usec, netproof_done_fn done, void *userdata, struct netproof **ret);
struct netproof *netproof_free(struct netproof *proof);
