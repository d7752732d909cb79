/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Where each value of a link's settings comes from, for the customer to see beside it. */

#include "netconf.h"
#include "sysstate.h"

enum origin {
	ORIGIN_NONE,	   /* there is no value */
	ORIGIN_LEASE,	   /* a DHCP server */
	ORIGIN_ROUTER,	   /* a router advertisement */
	ORIGIN_OPERATOR,   /* set with firstboot */
	ORIGIN_FILE,	   /* another file in /etc */
	ORIGIN_VENDOR,	   /* a file in /usr: the appliance's own default */
	ORIGIN_CREDENTIAL, /* a file in /run: credential, kernel argument, netplan, cloud-init */
	ORIGIN_FOREIGN,	   /* set by hand or by another program, in no file that is known */
};

struct net_origins {
	enum origin address[2], gateway[2]; /* IPv4, IPv6 */
	enum origin dns, domains, ntp, mtu, routes;
	char file[256]; /* that rules the link, "" for none */
};

/* The origins of config, which inforce_read() made of state (NULL: all unknown but what has a
 * lifetime). */
void origin_read(
	const struct net_config *config, const struct link_state *state, struct net_origins *ret);

/* "from the DHCP lease", "set here", ...; "" for ORIGIN_NONE. */
const char *origin_words(enum origin origin);
