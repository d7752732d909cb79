/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Addresses and prefixes of IPv4 and IPv6 as values. */

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>

#define IP_TEXT_MAX (INET6_ADDRSTRLEN + 4) /* the longest address, "/128", NUL */

struct ip_addr {
	int family; /* AF_INET, AF_INET6; AF_UNSPEC: none */
	uint8_t bytes[16];
};

struct ip_prefix {
	struct ip_addr addr;
	uint8_t length;
};

/* Bytes of an address of this family: 4, 16, or 0 for any other. */
size_t ip_size(int family);

/* 4 or 16 bytes, as an address; false, and AF_UNSPEC in ret, for any other number of them. */
bool ip_from_bytes(const void *bytes, size_t size, struct ip_addr *ret);

/* An address in the notation of inet_pton(3), white space around it allowed. -EINVAL: it is none.
 */
int ip_parse(const char *text, struct ip_addr *ret);

/* "192.0.2.10/24", "192.0.2.10/255.255.255.0", "192.0.2.10 255.255.255.0", "2001:db8::10/64".
 * -EINVAL: no address; -ENODATA: no prefix given; -ERANGE: no such prefix or no contiguous netmask.
 * The address is kept as written, host bits and all. */
int ip_prefix_parse(const char *text, struct ip_prefix *ret);

/* Write the address (or address/length) into buf and return buf; "" for AF_UNSPEC. IPv6 as in RFC
 * 5952. */
const char *ip_format(const struct ip_addr *addr, char buf[static IP_TEXT_MAX]);
const char *ip_prefix_format(const struct ip_prefix *prefix, char buf[static IP_TEXT_MAX]);

bool ip_equal(const struct ip_addr *a, const struct ip_addr *b);
bool ip_prefix_equal(const struct ip_prefix *a, const struct ip_prefix *b);

/* Is addr within the network of prefix? */
bool ip_in_prefix(const struct ip_addr *addr, const struct ip_prefix *prefix);

/* The first (all host bits 0) and the last (all host bits 1) address of the network. */
struct ip_addr ip_prefix_first(const struct ip_prefix *prefix);
struct ip_addr ip_prefix_last(const struct ip_prefix *prefix);

/* The first address of the network that a host may have: an example to show to a customer. */
struct ip_addr ip_prefix_first_host(const struct ip_prefix *prefix);

union ip_socket_address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

/* The address of a socket; ifindex: for link-local addresses, else 0. Returns its size, 0 for
 * AF_UNSPEC. */
socklen_t ip_to_socket(
	const struct ip_addr *addr, unsigned port, int ifindex, union ip_socket_address *ret);

/* The address in a socket's; AF_UNSPEC where it is of another family. */
struct ip_addr ip_from_socket(const union ip_socket_address *from);

bool ip_is_loopback(const struct ip_addr *addr);
bool ip_is_link_local(const struct ip_addr *addr);

/* Does it say nothing without an interface (RFC 4007)? */
bool ip_needs_zone(const struct ip_addr *addr);
