/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Is a machine there? By ICMP echo (RFC 792, RFC 4443), which the kernel lets everybody send where
 * net.ipv4.ping_group_range says so; else by a datagram to a port that nothing uses, whose refusal
 * is as good, and by what neighbour discovery then knows.
 */

#include <systemd/sd-event.h>

#include "ip.h"

#define ECHO_USEC (3 * 1000000ULL)

enum echo_answer {
	ECHO_ANSWERED,	/* itself: took_usec */
	ECHO_NEIGHBOUR, /* only its network card is known to be there */
	ECHO_ERROR,	/* error says why it cannot be reached */
	ECHO_SILENT,	/* nothing in time */
	ECHO_UNASKED,	/* nothing in time, but the kernel lets us send no echo */
};

struct echo;
typedef void (*echo_done_fn)(
	enum echo_answer answer, int error, uint64_t took_usec, void *userdata);

/* Ask once a second until ECHO_USEC are over. ifindex: of link-local addresses, else 0. done comes
 * once, and may free echo. */
int echo_new(sd_event *event, const struct ip_addr *addr, int ifindex, echo_done_fn done,
	void *userdata, struct echo **ret);
struct echo *echo_free(struct echo *echo);
