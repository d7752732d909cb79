/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Does the kernel have exactly what the settings say? Followed by rtnetlink, whoever manages the
 * links. */

#include <systemd/sd-event.h>

#include "netconf.h"

enum netproof_outcome {
	NETPROOF_HOLDS,
	NETPROOF_NO_CABLE,  /* ifname has none: it will come with the cable */
	NETPROOF_NO_LINK,   /* ifname is not there, or has gone */
	NETPROOF_NO_LEASE,  /* time is up, all fixed things are there, no automatic address came */
	NETPROOF_DUPLICATE, /* another machine uses addr (IPv6 duplicate address detection) */
	NETPROOF_MISSING,   /* time is up, and addr (an address, a gateway) is not in force */
	NETPROOF_LEFTOVER,  /* time is up, and addr is still there although nobody asked for it */
};

struct netproof_result {
	enum netproof_outcome outcome;
	char ifname[IFNAMSIZ];
	struct ip_addr addr;
};

typedef void (*netproof_done_fn)(const struct netproof_result *result, void *userdata);

struct netproof;

/* Wait until every link of set that differs from old's is as it says: fixed addresses there and
 * past duplicate detection, default routes and further routes there, MTU, device and ports; of a
 * family that is fixed or off no other address and no route of a lease or a router is left; of an
 * automatic one an address has come (or enough time has passed). done comes once, from the event
 * loop, at the latest after timeout_usec; the worst link is reported. */
int netproof_new(sd_event *event, const struct net_set *old, const struct net_set *set,
	uint64_t timeout_usec, netproof_done_fn done, void *userdata, struct netproof **ret);
struct netproof *netproof_free(struct netproof *proof);
