/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Does anything listen on a TCP port of this machine, and on which of its addresses (sock_diag(7))?
 * Needs no privilege. The kernel tells when a listener goes; nothing tells when one comes, so
 * whoever has a reason to expect one (job_news.h) looks again.
 */

#include <systemd/sd-event.h>

#include "ip.h"

struct listeners;
typedef void (*listeners_changed_fn)(struct listeners *listeners, void *userdata);

/* Follow the listeners on port; changed is called from the event loop when the answer to
 * listeners_have() has become another for some address. Sees nothing until the first look. */
int listeners_new(sd_event *event, unsigned port, listeners_changed_fn changed, void *userdata,
	struct listeners **ret);
struct listeners *listeners_free(struct listeners *listeners);

/* Look now; a question to the kernel for this one port. Returns 1 when something is different, 0
 * when not, -errno. Does not call changed. */
int listeners_look(struct listeners *listeners);

/* Would a connection to addr find one: bound to it, to the wildcard of its family, or to [::] where
 * that takes IPv4 too (IPV6_V6ONLY clear), on no other device (SO_BINDTODEVICE) than ifindex? */
bool listeners_have(const struct listeners *listeners, const struct ip_addr *addr, int ifindex);

/* Do they listen on loopback addresses, and on nothing else? */
bool listeners_only_loopback(const struct listeners *listeners);

/* Where they listen: "192.0.2.7, enp2s0", addresses, or devices (SO_BINDTODEVICE); "" where there
 * are none. Borrowed until the next look. */
const char *listeners_places(const struct listeners *listeners);

/* Other machines that have a connection to this port now, or had one until a moment ago (the kernel
 * remembers those that this machine closed for a minute): proof that it can be reached from
 * outside. At most max; returns how many, -errno. A look at every connection of the port: for a
 * customer's question, not for the dashboard. */
int listeners_visitors(unsigned port, struct ip_addr *ret, size_t max);
