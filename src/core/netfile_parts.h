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
