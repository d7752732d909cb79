/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What networkd or NetworkManager says of the links, read-only over the system bus, and the
 * hostname in force. Everything is asynchronous and starts no service. sd_bus errors stop here.
 */

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-bus.h>

#include "netconf.h"

/* The lease of a link, and how it asked for it. */
struct link_lease {
	char client_id[96]; /* as switches and servers print it, "" where it is not known */
	char hostname[HOST_NAME_SIZE];		/* sent along, "" for none */
	uint64_t obtained, ends;		/* CLOCK_REALTIME, usec; 0: not known */
	uint32_t lifetime_s, renew_s, rebind_s; /* 0: not known */
	uint32_t mtu;				/* that the server asked for, 0: none */
	/* That the server told; networkd uses them only where it is told to (UseDomains=). */
	char domains[NET_DOMAINS_MAX][DOMAIN_MAX];
	size_t n_domains;
};

/* More than can be set: managers add routes of their own to gateways and name servers. */
#define LINK_ROUTES_MAX 32

/* What the manager of a link knows of it: networkd (org.freedesktop.network1, Describe) or
 * NetworkManager. */
struct link_state {
	bool known;		 /* the manager runs and answered */
	char manager[20];	 /* "networkd", "NetworkManager", "" where nobody manages it */
	char administrative[16]; /* "unmanaged", "pending", "configuring", "configured", "failed" */
	char network_file[256];	 /* the .network or profile file that rules it, "" for none */
	struct ip_addr dhcp_server; /* of the IPv4 lease, AF_UNSPEC for none */
	bool dhcp4;		    /* addresses of the link come from a DHCPv4 lease */
	struct ip_addr gateway4, gateway6;
	struct ip_addr dns[NET_DNS_MAX];
	size_t n_dns;
	char domains[NET_DOMAINS_MAX][DOMAIN_MAX];
	size_t n_domains;
	char ntp[NET_NTP_MAX][DOMAIN_MAX];
	size_t n_ntp;
	struct link_lease lease;
	/* Where DNS, domains and NTP come from: words as below; "" where there are none. */
	char dns_sources[NET_DNS_MAX][12]; /* of each of dns */
	char dns_source[12], domains_source[12], ntp_source[12];
	/* How each address got there: "static", "DHCPv4", "DHCPv6", "NDisc", "IPv4LL", "foreign",
	 * ... */
	struct {
		struct ip_addr addr;
		char source[12];
	} origins[16];
	size_t n_origins;
	/* Routes of the main table besides the default ones, but not the kernel's own. */
	struct {
		struct net_route route;
		char source[12];
	} routes[LINK_ROUTES_MAX];
	size_t n_routes;
	char gateway_source[2][12]; /* of the default routes: IPv4, IPv6 */
};

struct sysstate;
typedef void (*sysstate_changed_fn)(struct sysstate *state, void *userdata);

/* Follow the hostname, and the managers' links on bus (attached to an event loop by the caller);
 * changed is called whenever something below has another value. */
int sysstate_new(sd_bus *bus, sysstate_changed_fn changed, void *userdata, struct sysstate **ret);
struct sysstate *sysstate_free(struct sysstate *state);

/* Ask networkd, else NetworkManager, about this link (again). The answer is kept and announced by
 * changed. */
int sysstate_query_link(struct sysstate *state, int ifindex);

/* Nobody looks at this link any more: do not follow it. */
void sysstate_forget_link(struct sysstate *state, int ifindex);

/* The answer in hand; NULL while there is none. Borrowed until the event loop runs. */
const struct link_state *sysstate_link(const struct sysstate *state, int ifindex);

/* The hostname of this machine as the kernel has it now; "" or "(none)" or "localhost" mean that it
 * has none of its own. */
void sysstate_hostname(char ret[static HOST_NAME_SIZE]);

/* Read networkd's Describe answer; the times of the lease are left in CLOCK_BOOTTIME (see lease.h).
 * -EINVAL: not such JSON. (Exposed for the tests.) */
int link_state_parse(const char *json, struct link_state *ret);
