/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Does something answer over IP: a name server, a TCP port? Needs no privilege: it runs in the
 * prober, never in firstbootd or on the screens, which have no IP sockets. */

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

/* Ask it for the addresses of a name instead, of one family; the answer is in reach_reply(). */
int reach_dns_name(sd_event *event, const struct ip_addr *server, int ifindex, const char *name,
	bool ipv6, uint64_t usec, reach_done_fn done, void *userdata, struct reach **ret);

/* The reply that came, as its sender made it; borrowed, during done. */
const uint8_t *reach_reply(const struct reach *reach, size_t *ret_size);

/* Open a TCP connection to one of this machine's own addresses or another's; ifindex as above. */
int reach_tcp(sd_event *event, const struct ip_addr *addr, int ifindex, unsigned port,
	uint64_t usec, reach_done_fn done, void *userdata, struct reach **ret);

struct reach *reach_free(struct reach *reach);

/* What an error of a socket means to a customer, as a phrase: "no answer", "connection refused". */
const char *reach_error_words(int error);
