/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The packets of neighbour.h, as bytes behind the Ethernet header: made, filtered and read. */

#include <linux/filter.h>
#include <stddef.h>

#include "neighbour.h"

#define NEIGHBOUR_PACKET_MAX 72 /* IPv6 header, neighbour solicitation, one option */
#define NEIGHBOUR_FILTER_MAX (16 + 4 * NEIGHBOURS_MAX)

/* Make the question for target, from this MAC and address (AF_UNSPEC: none yet). Returns its size,
 * and where it goes in ret_to. */
size_t neighbour_question(const struct ip_addr *target, const uint8_t mac[static 6],
	const struct ip_addr *source, uint8_t ret[static NEIGHBOUR_PACKET_MAX],
	uint8_t ret_to[static 6]);

/* Make a filter that lets through what may be about one of the addresses of this family; a rival
 * also tells of itself by asking as we do. Returns the number of instructions. */
size_t neighbour_filter(int family, const struct neighbour *all, size_t n,
	enum neighbour_purpose purpose, struct sock_filter ret[static NEIGHBOUR_FILTER_MAX]);

/* Read a packet that says who has an address. from: the MAC that it came from. -EBADMSG: it is
 * none, or not valid by RFC 826 or RFC 4861 section 7.1.2; ret->answered: it has the address, not
 * only asks for it. */
int neighbour_read(int family, const uint8_t *packet, size_t size, const uint8_t from[static 6],
	struct neighbour *ret);
