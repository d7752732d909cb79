/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The kernel's TCP sockets of one local port (sock_diag(7)); needs no privilege. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ip.h"

/* States of netinet/tcp.h as bits. */
#define SOCKDIAG_LISTENING (1U << 10)
/* A connection that was made by both sides, also one that is being closed or was just now. */
#define SOCKDIAG_CONNECTED (1U << 1 | 1U << 4 | 1U << 5 | 1U << 6 | 1U << 8 | 1U << 9 | 1U << 11)

/* One of them. Addresses of IPv4 within IPv6 (RFC 4291 section 2.5.5.2) come as what they are. */
struct sockdiag {
	struct ip_addr local, remote;
	int ifindex; /* of SO_BINDTODEVICE, 0 for none */
	bool v6only;
};

typedef void (*sockdiag_fn)(const struct sockdiag *found, void *userdata);

/* Have fn called for each socket on this local port in one of states. -errno. */
int sockdiag_dump(unsigned port, uint32_t states, sockdiag_fn fn, void *userdata);

/* Read one piece of the kernel's answer. Returns 1 when it was the last, 0 when more follow, -errno
 * of the kernel's, -EBADMSG where it is no such answer. (Exposed for the tests.) */
int sockdiag_read(const void *piece, size_t size, sockdiag_fn fn, void *userdata);
