/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* systemd.network(5) files of ours, as text. */

#include "netconf.h"

#define NETFILES_MAX (NET_LINKS_MAX * (2 + NET_PORTS_MAX))

/* One file: of a link itself, of the device that it is made of, or of a port of that. */
struct netfile {
	char ifname[IFNAMSIZ]; /* the link that it is about */
	bool is_netdev;	       /* "IFNAME.netdev" beside "IFNAME.network" */
	char *text;
};

struct netfiles {
	struct netfile files[NETFILES_MAX];
	size_t n;
};

/* All files of set, sorted by name and kind: a .network for each link, for each port of a bond and
 * for each parent of a VLAN that has no settings of its own (which then has no addresses), a
 * .netdev for each VLAN and bond. set must have passed validate_net_set(). Made of binary values
 * and checked names only, so that nothing in it can start a line of its own. -ENOMEM, -EINVAL. */
int netfiles_render(const struct net_set *set, struct netfiles *ret);
void netfiles_done(struct netfiles *files);

/* The file of that link and kind, or NULL. */
const struct netfile *netfiles_find(
	const struct netfiles *files, const char *ifname, bool is_netdev);
