/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Links, addresses and routes of this machine as the kernel has them, live (rtnetlink(7)).
 *
 * netlink_new() subscribes first and dumps afterwards, so that nothing is missed in between.
 * Reading is in three steps because the first one is all that the URL needs: dump addresses, paint,
 * dump the rest. Pointers into the tables are borrowed until the event loop runs again. Overruns
 * (ENOBUFS) are mended inside by dumping again. Errors are negative errno.
 */

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <systemd/sd-event.h>

#include <linux/if.h> /* IFF_LOWER_UP; must come after net/if.h */

#include "ip.h"

struct link {
	int ifindex;
	char name[IFNAMSIZ];
	char kind[16]; /* "" for hardware, else "veth", "vlan", "bridge", ... */
	uint8_t mac[8];
	uint8_t mac_len; /* 0: has none */
	uint16_t type;	 /* ARPHRD_* */
	unsigned flags;	 /* IFF_*; IFF_LOWER_UP is carrier */
	uint32_t mtu;
	int master;	   /* ifindex of the bridge or bond that it is a port of, or 0 */
	int lower;	   /* ifindex of the link that it sits on (a VLAN's parent), or 0 */
	uint16_t vlan_id;  /* of a VLAN, else 0 */
	uint8_t bond_mode; /* BOND_MODE_* of linux/if_bonding.h, of a bond */
};

struct address {
	int ifindex;
	struct ip_prefix ip;
	uint32_t flags; /* IFA_F_*: IFA_F_PERMANENT is clear where a lease or a router gave it */
	uint8_t scope;	/* RT_SCOPE_* */
	uint32_t valid_s, preferred_s; /* seconds left when it was read; UINT32_MAX: for ever */
	uint64_t expires; /* CLOCK_BOOTTIME, seconds: when valid_s are over; UINT64_MAX: never */
	uint32_t order;	  /* place among the link's addresses of this family */
};

struct default_route {
	int ifindex;
	struct ip_addr gateway; /* AF_UNSPEC: on-link */
	uint32_t metric;
	int family;
};

/* A unicast route of the main table that a person or a manager has set (not the kernel by itself,
 * and no routing daemon, which may have thousands), default routes among them. */
struct route {
	int ifindex;
	struct ip_prefix destination; /* the family, and length 0, for a default route */
	struct ip_addr gateway;	      /* AF_UNSPEC: on-link */
	struct ip_addr source;	      /* preferred address of ours, AF_UNSPEC: none */
	uint32_t metric;
	uint8_t protocol; /* RTPROT_*: RTPROT_DHCP and RTPROT_RA where a lease or a router gave it
			   */
};

struct netlink;

/* Called from the event loop after any number of changes were taken in: at once after a quiet time,
 * rarely enough to leave time for all else when there is no end of them. */
typedef void (*netlink_changed_fn)(struct netlink *nl, void *userdata);

/* Open the sockets and subscribe. No dump yet. */
int netlink_new(struct netlink **ret);
struct netlink *netlink_free(struct netlink *nl);
void netlink_freep(struct netlink **nl);

/* Dump; may be called again. */
int netlink_read_addresses(struct netlink *nl);
int netlink_read_links(struct netlink *nl);
int netlink_read_routes(struct netlink *nl);

/* Dump the routes of netlink_set_routes(), for those who want more than the default ones. */
int netlink_read_set_routes(struct netlink *nl);

/* Follow changes on this event loop. */
int netlink_attach(struct netlink *nl, sd_event *event, netlink_changed_fn changed, void *userdata);

/* The tables, sorted by ifindex (addresses: then IPv4 before IPv6, as the kernel lists them;
 * routes: then by metric). */
const struct link *netlink_links(const struct netlink *nl, size_t *ret_n);
const struct address *netlink_addresses(const struct netlink *nl, size_t *ret_n);
const struct default_route *netlink_default_routes(const struct netlink *nl, size_t *ret_n);

const struct route *netlink_set_routes(const struct netlink *nl, size_t *ret_n);

/* Those of one link. */
const struct address *netlink_addresses_of(const struct netlink *nl, int ifindex, size_t *ret_n);
const struct route *netlink_set_routes_of(const struct netlink *nl, int ifindex, size_t *ret_n);

/* One link, or NULL. */
const struct link *netlink_link_by_index(const struct netlink *nl, int ifindex);
const struct link *netlink_link_by_name(const struct netlink *nl, const char *name);

/* Would a customer plug a cable into it: hardware, or a virtual machine's or container's stand-in
 * for it, or a VLAN, bond or bridge of such; not loopback, not a port of a bridge, not one end of a
 * container's veth that a bridge holds, not a bridge without a port but such ends. */
bool link_is_customers(const struct netlink *nl, const struct link *link);

/* Was it made for containers or virtual machines on this host: by the name that their engines give,
 * as a port of a bridge that has such a name, as a guest's end of a cable into a bridge, or as a
 * bridge of such ends alone? */
bool link_is_containers(const struct netlink *nl, const struct link *link);

/* What an address is good for, by its flags (RFC 4862, RFC 8981) and its link. */
enum address_kind {
	ADDRESS_USABLE,
	ADDRESS_TENTATIVE,  /* duplicate address detection is under way */
	ADDRESS_DUPLICATE,  /* and has found another owner */
	ADDRESS_DEPRECATED, /* is being replaced: no new connections */
	ADDRESS_TEMPORARY,  /* for this machine's own connections; changes often */
	ADDRESS_LINK_LOCAL, /* given by the machine to itself */
	ADDRESS_LOOPBACK,   /* or of another address that never leaves this machine */
	ADDRESS_CONTAINER,  /* leads to guests of this machine */
	ADDRESS_VPN,	    /* leads through a tunnel */
	ADDRESS_INTERNAL,   /* of a port, a dummy, or of less than global scope */
	ADDRESS_DOWN,	    /* its link is off or has no cable */
	ADDRESS_N_KINDS,
};

/* The first of them that is true: what the link tells counts before what the address does, but for
 * ADDRESS_DOWN. Where links have not been read, by the address alone. */
enum address_kind address_kind(const struct netlink *nl, const struct address *address);

/* May a URL hold it: ADDRESS_USABLE. */
bool address_is_usable(const struct netlink *nl, const struct address *address);
