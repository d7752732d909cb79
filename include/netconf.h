/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is wanted of one network interface: the settings model that the pages edit, the bus carries,
 * firstbootd checks and netfile.h renders. */

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>

#include "ip.h"

#define NET_ADDRESSES_MAX 8
#define NET_DNS_MAX	  8
#define NET_DOMAINS_MAX	  8
#define DOMAIN_MAX	  254 /* 253 characters (RFC 1035) and NUL */

enum net_method {
	NET_METHOD_OFF,	   /* no addresses of this family */
	NET_METHOD_AUTO,   /* IPv4: DHCP; IPv6: router advertisements, and DHCPv6 where they ask for
			      it */
	NET_METHOD_STATIC, /* the addresses given */
};

struct net_family {
	enum net_method method;
	struct ip_prefix addresses[NET_ADDRESSES_MAX];
	size_t n_addresses;
	struct ip_addr gateway; /* AF_UNSPEC: none */
	bool gateway_onlink;	/* reach the gateway on this link although no address covers it */
};

struct net_config {
	char ifname[IFNAMSIZ];
	struct net_family v4, v6;
	struct ip_addr dns[NET_DNS_MAX];
	size_t n_dns;
	char domains[NET_DOMAINS_MAX][DOMAIN_MAX];
	size_t n_domains;
};

/* The settings of a machine nobody has configured: both families automatic on ifname. */
void net_config_init(struct net_config *config, const char *ifname);

bool net_config_equal(const struct net_config *a, const struct net_config *b);

/* Everything a wizard run asks for. The password never is in here: see secret.h. */
#define HOST_NAME_SIZE 65 /* 64 characters (hostname(7)) and NUL */

struct setup {
	struct net_config net;
	char hostname[HOST_NAME_SIZE];
};
