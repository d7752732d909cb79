/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What netlink.h's tables leave out of a link because hardly anybody looks at it: asked for one
 * link at a time, when it is looked at. */

#include "linkhw.h"
#include "netlink.h" /* linux/if.h: ALTIFNAMSIZ */

#define LINK_ALTNAMES_MAX 8

struct link_facts {
	char altnames[LINK_ALTNAMES_MAX][ALTIFNAMSIZ]; /* as the kernel has them, not fit to draw */
	size_t n_altnames;
	uint8_t permanent_mac[8];  /* that the hardware was made with */
	uint8_t permanent_mac_len; /* 0: not told */
	struct linkhw hw;
};

/* Ask the kernel and the driver. What they do not tell stays empty; a link that is gone, all. */
void link_facts_read(struct netlink *nl, const struct link *link, struct link_facts *ret);
