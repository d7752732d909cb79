/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "ip.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <string.h>

#include "util.h"

/* Bytes of an address of this family, 0 for what is neither IPv4 nor IPv6. */
size_t ip_size(int family)
{
	switch (family) {
	case AF_INET:
		return 4;
	case AF_INET6:
		return 16;
	default:
		return 0;
	}
}

/* Copy text without the white space around it into buf; false when it does not fit. */
static bool text_trim(const char *text, char *buf, size_t size)
{
	size_t length;

	while (isspace((unsigned char)*text))
		text++;
	length = strlen(text);
	while (length > 0 && isspace((unsigned char)text[length - 1]))
		length--;
	if (length >= size)
		return false;
	memcpy(buf, text, length);
	buf[length] = '\0';
	return true;
}

bool ip_from_bytes(const void *bytes, size_t size, struct ip_addr *ret)
{
	const int family = size == ip_size(AF_INET) ? AF_INET : AF_INET6;

	*ret = (struct ip_addr){ .family = AF_UNSPEC };
	if (size != ip_size(family))
		return false;
	ret->family = family;
	memcpy(ret->bytes, bytes, size);
	return true;
}

/* Read an address in the notation of inet_pton(3), which refuses leading zeros and scopes. */
int ip_parse(const char *text, struct ip_addr *ret)
{
	struct ip_addr addr = { 0 };
	char buf[INET6_ADDRSTRLEN];

	if (!text_trim(text, buf, sizeof(buf)))
		return -EINVAL;
	addr.family = strchr(buf, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(addr.family, buf, addr.bytes) != 1)
		return -EINVAL;
	*ret = addr;
	return 0;
}

/* The prefix length that a dotted netmask stands for; -ERANGE when its ones do not come first. */
static int netmask_length(const char *text)
{
	struct in_addr mask;
	uint32_t zeros;

	if (inet_pton(AF_INET, text, &mask) != 1)
		return -ERANGE;
	zeros = ~ntohl(mask.s_addr);
	if (zeros & (zeros + 1))
		return -ERANGE;
	return 32 - __builtin_popcount(zeros);
}

/* A prefix length of the family from "24" or, for IPv4, "255.255.255.0". */
static int length_parse(const char *text, int family)
{
	int length = 0;

	if (family == AF_INET && strchr(text, '.'))
		return netmask_length(text);
	if (strlen(text) > 3 || (text[0] == '0' && text[1] != '\0'))
		return -ERANGE;
	for (const char *p = text; *p != '\0'; p++) {
		if (*p < '0' || *p > '9')
			return -ERANGE;
		length = length * 10 + (*p - '0');
	}
	return length <= (int)ip_size(family) * 8 ? length : -ERANGE;
}

/* Read an address with its prefix length or netmask behind a slash or white space. */
int ip_prefix_parse(const char *text, struct ip_prefix *ret)
{
	struct ip_prefix prefix = { 0 };
	char buf[INET6_ADDRSTRLEN + INET_ADDRSTRLEN + 8];
	char *end, *tail;
	int length, r;

	if (!text_trim(text, buf, sizeof(buf)))
		return -EINVAL;
	end = buf + strcspn(buf, "/ \t");
	tail = end + strspn(end, " \t");
	if (*tail == '/')
		tail += 1 + strspn(tail + 1, " \t");
	*end = '\0';

	r = ip_parse(buf, &prefix.addr);
	if (r < 0)
		return r;
	if (*tail == '\0')
		return -ENODATA;
	length = length_parse(tail, prefix.addr.family);
	if (length < 0)
		return length;
	prefix.length = (uint8_t)length;
	*ret = prefix;
	return 0;
}

/* Write the address into buf, in RFC 5952's notation for IPv6. */
const char *ip_format(const struct ip_addr *addr, char buf[static IP_TEXT_MAX])
{
	if (ip_size(addr->family) == 0 ||
		!inet_ntop(addr->family, addr->bytes, buf, INET6_ADDRSTRLEN))
		buf[0] = '\0';
	return buf;
}

/* Write address/length into buf. */
const char *ip_prefix_format(const struct ip_prefix *prefix, char buf[static IP_TEXT_MAX])
{
	size_t length;

	ip_format(&prefix->addr, buf);
	length = strlen(buf);
	if (length > 0)
		snprintf(buf + length, IP_TEXT_MAX - length, "/%u", prefix->length);
	return buf;
}

/* Same family and same address. */
bool ip_equal(const struct ip_addr *a, const struct ip_addr *b)
{
	return a->family == b->family && memcmp(a->bytes, b->bytes, ip_size(a->family)) == 0;
}

/* Same address and same length. */
bool ip_prefix_equal(const struct ip_prefix *a, const struct ip_prefix *b)
{
	return a->length == b->length && ip_equal(&a->addr, &b->addr);
}

/* The bits of byte i that belong to the network in a prefix of this length. */
static uint8_t network_bits(unsigned length, size_t i)
{
	if (length >= 8 * (i + 1))
		return 0xff;
	if (length <= 8 * i)
		return 0;
	return (uint8_t)(0xff << (8 * (i + 1) - length));
}

/* Do addr and prefix agree in all bits of the network? */
bool ip_in_prefix(const struct ip_addr *addr, const struct ip_prefix *prefix)
{
	if (addr->family != prefix->addr.family)
		return false;
	for (size_t i = 0; i < ip_size(addr->family); i++)
		if ((addr->bytes[i] ^ prefix->addr.bytes[i]) & network_bits(prefix->length, i))
			return false;
	return true;
}

/* The address of the network itself. */
struct ip_addr ip_prefix_first(const struct ip_prefix *prefix)
{
	struct ip_addr addr = prefix->addr;

	for (size_t i = 0; i < ip_size(addr.family); i++)
		addr.bytes[i] &= network_bits(prefix->length, i);
	return addr;
}

/* The last address of the network: for IPv4, its broadcast address. */
struct ip_addr ip_prefix_last(const struct ip_prefix *prefix)
{
	struct ip_addr addr = prefix->addr;

	for (size_t i = 0; i < ip_size(addr.family); i++)
		addr.bytes[i] |= (uint8_t)~network_bits(prefix->length, i);
	return addr;
}

/* The first address that a host may have: the one after the network's own, which networks of one or
 * two addresses do not have (RFC 3021, RFC 6164). */
struct ip_addr ip_prefix_first_host(const struct ip_prefix *prefix)
{
	struct ip_addr addr = ip_prefix_first(prefix);
	size_t size = ip_size(addr.family);

	if (size > 0 && prefix->length + 1u < 8 * size)
		addr.bytes[size - 1] |= 1;
	return addr;
}

/* Is it in 127.0.0.0/8, or ::1? */
bool ip_is_loopback(const struct ip_addr *addr)
{
	static const uint8_t one[16] = { [15] = 1 };

	if (addr->family == AF_INET)
		return addr->bytes[0] == 127;
	return addr->family == AF_INET6 && memcmp(addr->bytes, one, sizeof(one)) == 0;
}

/* Is it in 169.254.0.0/16 or fe80::/10? */
bool ip_is_link_local(const struct ip_addr *addr)
{
	if (addr->family == AF_INET)
		return addr->bytes[0] == 169 && addr->bytes[1] == 254;
	return addr->family == AF_INET6 && addr->bytes[0] == 0xfe &&
	       (addr->bytes[1] & 0xc0) == 0x80;
}

bool ip_needs_zone(const struct ip_addr *addr)
{
	return addr->family == AF_INET6 && ip_is_link_local(addr);
}

/* The address of a socket. */
socklen_t ip_to_socket(
	const struct ip_addr *addr, unsigned port, int ifindex, union ip_socket_address *ret)
{
	*ret = (union ip_socket_address){ .any.sa_family = (sa_family_t)addr->family };
	if (addr->family == AF_INET) {
		ret->v4.sin_port = htons((uint16_t)port);
		memcpy(&ret->v4.sin_addr, addr->bytes, sizeof(ret->v4.sin_addr));
		return sizeof(ret->v4);
	}
	if (addr->family == AF_INET6) {
		ret->v6.sin6_port = htons((uint16_t)port);
		ret->v6.sin6_scope_id = (uint32_t)ifindex;
		memcpy(&ret->v6.sin6_addr, addr->bytes, sizeof(ret->v6.sin6_addr));
		return sizeof(ret->v6);
	}
	return 0;
}

/* The address in that of a socket. */
struct ip_addr ip_from_socket(const union ip_socket_address *from)
{
	struct ip_addr addr = { .family = from->any.sa_family };

	if (addr.family == AF_INET)
		memcpy(addr.bytes, &from->v4.sin_addr, sizeof(from->v4.sin_addr));
	else if (addr.family == AF_INET6)
		memcpy(addr.bytes, &from->v6.sin6_addr, sizeof(from->v6.sin6_addr));
	else
		addr.family = AF_UNSPEC;
	return addr;
}
