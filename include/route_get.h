/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Single questions to the kernel's tables: which way leads to an address, and who is there. */

#include "ip.h"

struct route_answer {
	bool local;  /* it is this machine's own */
	bool onlink; /* no gateway is between */
	int ifindex;
};

/* ifindex: for link-local addresses, else 0. -ENETUNREACH and such: there is no way. */
int route_get(const struct ip_addr *addr, int ifindex, struct route_answer *ret);

/* Has the machine with this address on this link answered ARP or neighbour discovery lately?
 * Returns 1, 0, -errno. */
int route_get_neighbour(const struct ip_addr *addr, int ifindex);
