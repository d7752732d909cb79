/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who answers for an address on a cable, asked by our own packets: ARP (RFC 826; as probes of RFC
 * 5227 section 2.1.1 where we have no address yet) and neighbour solicitations (RFC 4861 section
 * 4.3; from the unspecified address as RFC 4862 section 5.4.2). Changes nothing on the link.
 */

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "ip.h"

#define NEIGHBOURS_MAX 24

struct neighbour {
	struct ip_addr addr;
	bool answered;
	uint8_t mac[6]; /* of who answered */
};

enum neighbour_purpose {
	NEIGHBOUR_RIVAL, /* ends at the first answer, or when nobody has answered for long enough */
	NEIGHBOUR_GATEWAY, /* ends when all have answered, or when time is up */
};

/* all: what is known of each address asked about, in their order. */
typedef void (*neighbour_done_fn)(const struct neighbour *all, size_t n, void *userdata);

struct neighbour_probe;

/* Ask on ifname, with sockets that firstboot-cable makes; bus NULL: with our own, which takes
 * CAP_NET_RAW. Returns 1 when done will be called from the event loop, 0 when there is nobody to
 * ask (no address, no cable, no Ethernet), negative errno. */
int neighbour_probe_new(sd_event *event, sd_bus *bus, const char *ifname,
	const struct ip_addr *addrs, size_t n, enum neighbour_purpose purpose,
	neighbour_done_fn done, void *userdata, struct neighbour_probe **ret);
struct neighbour_probe *neighbour_probe_free(struct neighbour_probe *probe);
