/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Does something answer over IP: a name server, a TCP port? Needs no privilege, so that it runs in
 * the client, never in firstbootd, which has no IP sockets. */

#include <systemd/sd-event.h>

#include "ip.h"

#define REACH_USEC (3 * 1000000ULL)

/* answered: within the time; why: a phrase for the customer ("no answer", "connection refused"), ""
 * when it answered. */
typedef void (*reach_done_fn)(bool answered, const char *why, void *userdata);

struct reach;

/* Ask a name server for the root's name servers (RFC 1035); any reply counts, also a refusal.
 * ifindex: for link-local servers, else 0. */
int reach_dns(sd_event *event, const struct ip_addr *server, int ifindex, uint64_t usec,
	reach_done_fn done, void *userdata, struct reach **ret);

/* Open a TCP connection to one of this machine's own addresses or another's. */
int reach_tcp(sd_event *event, const struct ip_addr *addr, unsigned port, uint64_t usec,
	reach_done_fn done, void *userdata, struct reach **ret);

struct reach *reach_free(struct reach *reach);
