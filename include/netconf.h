/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is wanted of the network: the settings model that the pages edit, the bus carries
 * (netwire.h), firstbootd checks, keeps as text (settings.h) and hands to a back end. */

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ip.h"

#define NET_ADDRESSES_MAX 8
#define NET_DNS_MAX	  8
#define NET_DOMAINS_MAX	  8
#define NET_NTP_MAX	  4
#define NET_ROUTES_MAX	  16
#define NET_PORTS_MAX	  8
#define NET_LINKS_MAX	  32
#define DOMAIN_MAX	  254 /* 253 characters (RFC 1035) and NUL */

enum net_method {
	NET_METHOD_OFF,	   /* no addresses of this family */
	NET_METHOD_AUTO,   /* IPv4: DHCP; IPv6: router advertisements, and DHCPv6 where they ask for
			      it */
	NET_METHOD_STATIC, /* the addresses given */
	NET_METHOD_DHCP,   /* IPv6 alone: DHCPv6 whatever the routers say; they still give the
			      default route */
};

struct net_family {
	enum net_method method;
	struct ip_prefix addresses[NET_ADDRESSES_MAX];
	size_t n_addresses;
	struct ip_addr gateway; /* AF_UNSPEC: none */
	bool gateway_onlink;	/* reach the gateway on this link although no address covers it */
};

/* A route besides the default one. */
struct net_route {
	struct ip_prefix destination;
	struct ip_addr gateway; /* AF_UNSPEC: on the link itself */
	uint32_t metric;	/* 0: the manager's default */
};

enum net_device_kind {
	NET_DEVICE_EXISTING, /* a card, or whatever else is there without us */
	NET_DEVICE_VLAN,     /* of ports[0] */
	NET_DEVICE_BOND,     /* of ports[] */
};

enum net_bond_mode { /* by how many switches have to know of it */
	NET_BOND_ACTIVE_BACKUP,
	NET_BOND_802_3AD,
	NET_BOND_BALANCE_ALB,
};

/* What the link is made of. */
struct net_device {
	enum net_device_kind kind;
	char ports[NET_PORTS_MAX][IFNAMSIZ];
	size_t n_ports;
	uint16_t vlan_id; /* 1 to 4094 (IEEE 802.1Q) */
	enum net_bond_mode bond_mode;
};

struct net_config {
	char ifname[IFNAMSIZ];
	struct net_device device;
	struct net_family v4, v6;
	struct ip_addr dns[NET_DNS_MAX];
	size_t n_dns;
	char domains[NET_DOMAINS_MAX][DOMAIN_MAX];
	size_t n_domains;
	char ntp[NET_NTP_MAX][DOMAIN_MAX]; /* addresses or names */
	size_t n_ntp;
	uint32_t mtu; /* 0: the link's own */
	struct net_route routes[NET_ROUTES_MAX];
	size_t n_routes;
	bool dhcp_by_mac;    /* identify to DHCP servers by the MAC, not by the machine-id */
	bool dhcp_anonymous; /* do not send the hostname to DHCP servers */
};

/* All links whose settings are firstboot's. A port of a bond stands in the bond's device alone; the
 * parent of a VLAN may have settings of its own beside it. */
struct net_set {
	struct net_config links[NET_LINKS_MAX];
	size_t n_links;
	char advertised[IFNAMSIZ]; /* whose addresses the URL names first; "": the default route's
				    */
};

/* The settings of a machine nobody has configured: both families automatic on ifname. */
void net_config_init(struct net_config *config, const char *ifname);

bool net_config_equal(const struct net_config *a, const struct net_config *b);

/* May addresses of this family come from the network? */
bool net_family_is_automatic(const struct net_family *family);

#define NET_ROUTE_TEXT_MAX (2 * IP_TEXT_MAX + 32)

/* Write the route into buf as validate_routes() takes it, and return buf: "10.0.0.0/8 via 192.0.2.2
 * metric 50", "203.0.113.7/32". */
const char *net_route_format(const struct net_route *route, char buf[static NET_ROUTE_TEXT_MAX]);

/* What a VLAN is called by itself: "enp1s0.20", or "vlan20" where that is too long for the kernel.
 * Returns ret. */
const char *net_vlan_name(const char *port, unsigned id, char ret[static IFNAMSIZ]);

/* The settings of a link, or NULL. */
const struct net_config *net_set_find(const struct net_set *set, const char *ifname);

/* Put config in the place of the link's settings, or behind the others. -ENOSPC: NET_LINKS_MAX. */
int net_set_put(struct net_set *set, const struct net_config *config);

/* Made of the same links in the same way? */
bool net_device_equal(const struct net_device *a, const struct net_device *b);

/* The same links with equal settings, in whatever order, and the same one advertised? */
bool net_set_equal(const struct net_set *a, const struct net_set *b);

#define HOST_NAME_SIZE 65 /* 64 characters (hostname(7)) and NUL */
