/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The texts of networkd's files, one kind each. */

#include <stdio.h>

#include "netconf.h"

/* What a .network file is about. */
struct netfile_link {
	const struct net_set *set; /* whose VLANs stand on the link */
	const char *ifname;
	const struct net_config *config; /* NULL: the link has no addresses */
	const char *bond;		 /* which the link is a port of; NULL: of none */
};

/* The .network file of a struct netfile_link. */
void netfile_write_network(FILE *f, const void *what);

/* The .netdev file of a struct net_config that is a VLAN or a bond. */
void netfile_write_netdev(FILE *f, const void *what);

/* The word for a bond's mode, and the lines that only this mode has. */
struct netfile_mode {
	const char *mode, *more;
};
extern const struct netfile_mode netfile_modes[];

/* What a file says, whoever wrote it. */
struct netfile_said {
	struct net_config config; /* its device is a .netdev's */
	struct net_route route;	  /* the [Route] section under way */
	char bond[IFNAMSIZ];
	char vlans[NET_LINKS_MAX][IFNAMSIZ];
	size_t n_vlans, n_matches, n_networks;
	char dhcp[8];
	bool in_route, route_onlink, routers, local6;
};

/* Read a file back, line by line as networkd takes it. -EINVAL: it holds what we do not write.
 * -ENOMEM. ret is all zeros before. */
int netfile_read(const char *text, struct netfile_said *ret);

/* Does a file say exactly that, read back as networkd would? 0, -EINVAL: no; -ENOMEM. */
int netfile_check_network(const char *text, const struct netfile_link *link);
int netfile_check_netdev(const char *text, const struct net_config *config);
