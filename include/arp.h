/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Does another machine on the cable use an IPv4 address? Asked by ARP probes (RFC 5227 section
 * 2.1.1, with shorter waits: a customer is looking on), before anything is changed. */

#include <systemd/sd-event.h>

#include "netconf.h"

/* taken: an address that somebody else answered for; NULL: nobody did. */
typedef void (*arp_done_fn)(const struct ip_addr *taken, void *userdata);

struct arp_probe;

/* Ask for the fixed addresses of family on ifname. Returns 1 when done will be called from the
 * event loop, 0 when there is nobody to ask (no fixed address, no cable, no Ethernet), negative
 * errno. */
int arp_probe_new(sd_event *event, const char *ifname, const struct net_family *family,
	arp_done_fn done, void *userdata, struct arp_probe **ret);
struct arp_probe *arp_probe_free(struct arp_probe *probe);
