/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "neighbour_packet.h"

#include <arpa/inet.h>
#include <errno.h>
#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/icmp6.h>
#include <netinet/if_ether.h>
#include <netinet/ip6.h>

#include "util.h"

#define HOP_LIMIT 255 /* a router would have made it less */

/* Where the parts of a packet stand, for the filter. */
#define AT_ARP_SENDER offsetof(struct ether_arp, arp_spa)
#define AT_ARP_TARGET offsetof(struct ether_arp, arp_tpa)
#define AT_NEXT	      offsetof(struct ip6_hdr, ip6_nxt)
#define AT_HOPS	      offsetof(struct ip6_hdr, ip6_hlim)
#define AT_SOURCE     offsetof(struct ip6_hdr, ip6_src)
#define AT_TYPE	      sizeof(struct ip6_hdr)
#define AT_TARGET_END (sizeof(struct ip6_hdr) + sizeof(struct nd_neighbor_advert) - 4)

/* A packet of neighbour discovery, with the one option that we send. */
struct nd_packet {
	struct ip6_hdr ip;
	struct nd_neighbor_solicit ns;
	struct nd_opt_hdr option;
	uint8_t mac[ETH_ALEN];
};

/* -- questions -------------------------------------------------------------------------------- */

/* "Who has target", to all. */
static size_t ask_arp(const struct ip_addr *target, const uint8_t *mac,
	const struct ip_addr *source, uint8_t *ret, uint8_t *ret_to)
{
	struct ether_arp packet = {
		.ea_hdr = {
			.ar_hrd = htons(ARPHRD_ETHER),
			.ar_pro = htons(ETH_P_IP),
			.ar_hln = ETH_ALEN,
			.ar_pln = 4,
			.ar_op = htons(ARPOP_REQUEST),
		},
	};

	memcpy(packet.arp_sha, mac, ETH_ALEN);
	if (source->family == AF_INET)
		memcpy(packet.arp_spa, source->bytes, 4);
	memcpy(packet.arp_tpa, target->bytes, 4);
	memcpy(ret, &packet, sizeof(packet));
	memset(ret_to, 0xff, ETH_ALEN);
	return sizeof(packet);
}

/* The ones' complement sum of RFC 1071 over 16-bit words in network order. */
static uint32_t add_words(uint32_t sum, const uint8_t *bytes, size_t size)
{
	for (size_t i = 0; i + 1 < size; i += 2)
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	if (size % 2)
		sum += (uint32_t)bytes[size - 1] << 8;
	return sum;
}

/* The checksum of ICMPv6 (RFC 4443 section 2.3): 0 over a packet that has a right one in it. */
static uint16_t checksum(const struct ip6_hdr *ip, const uint8_t *body, size_t size)
{
	uint32_t sum = (uint32_t)size + IPPROTO_ICMPV6;

	sum = add_words(sum, (const uint8_t *)&ip->ip6_src, sizeof(ip->ip6_src));
	sum = add_words(sum, (const uint8_t *)&ip->ip6_dst, sizeof(ip->ip6_dst));
	sum = add_words(sum, body, size);
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* A solicitation, to the group that the target has to be in (RFC 4291 section 2.7.1). It tells our
 * MAC unless it is from nobody. */
static size_t ask_nd(const struct ip_addr *target, const uint8_t *mac, const struct ip_addr *source,
	uint8_t *ret, uint8_t *ret_to)
{
	const struct in6_addr group = { { { 0xff, 2, [11] = 1, [12] = 0xff } } };
	struct nd_packet packet = {
		.ip = { .ip6_flow = htonl(6U << 28),
			.ip6_nxt = IPPROTO_ICMPV6,
			.ip6_hlim = HOP_LIMIT,
			.ip6_dst = group },
		.ns = { .nd_ns_type = ND_NEIGHBOR_SOLICIT },
		.option = { .nd_opt_type = ND_OPT_SOURCE_LINKADDR, .nd_opt_len = 1 },
	};
	bool named = source->family == AF_INET6;
	size_t size = named ? sizeof(packet) : offsetof(struct nd_packet, option);
	size_t body = size - sizeof(packet.ip);

	packet.ip.ip6_plen = htons((uint16_t)body);
	if (named)
		memcpy(&packet.ip.ip6_src, source->bytes, 16);
	memcpy(&packet.ip.ip6_dst.s6_addr[13], &target->bytes[13], 3);
	memcpy(&packet.ns.nd_ns_target, target->bytes, 16);
	memcpy(packet.mac, mac, ETH_ALEN);
	packet.ns.nd_ns_cksum = checksum(&packet.ip, (const uint8_t *)&packet.ns, body);
	memcpy(ret, &packet, size);
	memcpy(ret_to, (const uint8_t[]){ 0x33, 0x33 }, 2);
	memcpy(ret_to + 2, &packet.ip.ip6_dst.s6_addr[12], 4);
	return size;
}

size_t neighbour_question(const struct ip_addr *target, const uint8_t mac[static 6],
	const struct ip_addr *source, uint8_t ret[static NEIGHBOUR_PACKET_MAX],
	uint8_t ret_to[static 6])
{
	if (target->family == AF_INET)
		return ask_arp(target, mac, source, ret, ret_to);
	return ask_nd(target, mac, source, ret, ret_to);
}

/* -- the filter ------------------------------------------------------------------------------- */

struct program {
	struct sock_filter *code;
	size_t n;
};

/* Add an instruction. A load from behind the end of the packet refuses it. */
static void add(struct program *program, uint16_t code, uint32_t value, uint8_t yes, uint8_t no)
{
	program->code[program->n++] =
		(struct sock_filter){ .code = code, .jt = yes, .jf = no, .k = value };
}

/* Refuse the packet unless what was loaded is value. */
static void require(struct program *program, uint32_t value)
{
	add(program, BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
	add(program, BPF_RET | BPF_K, 0, 0, 0);
}

/* Let the packet through when what was loaded is the end of one of the addresses. */
static void accept_addresses(
	struct program *program, int family, const struct neighbour *all, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		uint32_t end;

		if (all[i].addr.family != family)
			continue;
		memcpy(&end, all[i].addr.bytes + ip_size(family) - sizeof(end), sizeof(end));
		add(program, BPF_JMP | BPF_JEQ | BPF_K, ntohl(end), 0, 1);
		add(program, BPF_RET | BPF_K, UINT32_MAX, 0, 0);
	}
}

/* ARP: from one of the addresses, or a rival's question for it. */
static void filter_arp(struct program *program, const struct neighbour *all, size_t n, bool rival)
{
	add(program, BPF_LD | BPF_W | BPF_ABS, AT_ARP_SENDER, 0, 0);
	accept_addresses(program, AF_INET, all, n);
	if (rival) {
		require(program, 0);
		add(program, BPF_LD | BPF_W | BPF_ABS, AT_ARP_TARGET, 0, 0);
		accept_addresses(program, AF_INET, all, n);
	}
	add(program, BPF_RET | BPF_K, 0, 0, 0);
}

/* ND: an advertisement of one of the addresses, or a rival's solicitation, from nobody. */
static void filter_nd(struct program *program, const struct neighbour *all, size_t n, bool rival)
{
	add(program, BPF_LD | BPF_B | BPF_ABS, AT_NEXT, 0, 0);
	require(program, IPPROTO_ICMPV6);
	add(program, BPF_LD | BPF_B | BPF_ABS, AT_HOPS, 0, 0);
	require(program, HOP_LIMIT);
	add(program, BPF_LD | BPF_B | BPF_ABS, AT_TYPE, 0, 0);
	if (rival) {
		/* Past the next three for an advertisement. */
		add(program, BPF_JMP | BPF_JEQ | BPF_K, ND_NEIGHBOR_ADVERT, 5, 0);
		require(program, ND_NEIGHBOR_SOLICIT);
		add(program, BPF_LD | BPF_W | BPF_ABS, AT_SOURCE, 0, 0);
		require(program, 0);
	} else {
		require(program, ND_NEIGHBOR_ADVERT);
	}
	add(program, BPF_LD | BPF_W | BPF_ABS, AT_TARGET_END, 0, 0);
	accept_addresses(program, AF_INET6, all, n);
	add(program, BPF_RET | BPF_K, 0, 0, 0);
}

size_t neighbour_filter(int family, const struct neighbour *all, size_t n,
	enum neighbour_purpose purpose, struct sock_filter ret[static NEIGHBOUR_FILTER_MAX])
{
	struct program program = { .code = ret };

	if (family == AF_INET)
		filter_arp(&program, all, n, purpose == NEIGHBOUR_RIVAL);
	else
		filter_nd(&program, all, n, purpose == NEIGHBOUR_RIVAL);
	return program.n;
}

/* -- answers ---------------------------------------------------------------------------------- */

/* An ARP packet tells of its sender's address; one from nobody asks whether it may have the
 * target's. */
static int read_arp(const uint8_t *bytes, size_t size, struct neighbour *ret)
{
	static const uint8_t nobody[4];
	struct ether_arp packet;
	const uint8_t *claimed;

	if (size < sizeof(packet))
		return -EBADMSG;
	memcpy(&packet, bytes, sizeof(packet));
	if (packet.ea_hdr.ar_hrd != htons(ARPHRD_ETHER) ||
		packet.ea_hdr.ar_pro != htons(ETH_P_IP) || packet.ea_hdr.ar_hln != ETH_ALEN ||
		packet.ea_hdr.ar_pln != 4)
		return -EBADMSG;
	ret->answered = memcmp(packet.arp_spa, nobody, sizeof(nobody)) != 0;
	claimed = ret->answered ? packet.arp_spa : packet.arp_tpa;
	ret->addr.family = AF_INET;
	memcpy(ret->addr.bytes, claimed, 4);
	memcpy(ret->mac, packet.arp_sha, ETH_ALEN);
	return 0;
}

/* Walk the options and take the target's MAC. One without a length makes the packet invalid. */
static int read_options(const uint8_t *options, size_t size, uint8_t *ret_mac)
{
	size_t length;

	for (size_t at = 0; at < size; at += length) {
		if (size - at < 2)
			return -EBADMSG;
		length = 8 * (size_t)options[at + 1];
		if (length == 0 || length > size - at)
			return -EBADMSG;
		if (options[at] == ND_OPT_TARGET_LINKADDR && length == 8)
			memcpy(ret_mac, options + at + 2, ETH_ALEN);
	}
	return 0;
}

/* Is the head of an ND message as RFC 4861 sections 7.1.1 and 7.1.2 want it? Solicitations count
 * only as the question of somebody who wants the address. */
static bool is_valid_nd(const struct ip6_hdr *ip, const struct nd_neighbor_advert *na)
{
	if (na->nd_na_code != 0 || IN6_IS_ADDR_MULTICAST(&na->nd_na_target))
		return false;
	if (na->nd_na_type == ND_NEIGHBOR_SOLICIT)
		return IN6_IS_ADDR_UNSPECIFIED(&ip->ip6_src) && IN6_IS_ADDR_MULTICAST(&ip->ip6_dst);
	return na->nd_na_type == ND_NEIGHBOR_ADVERT &&
	       !(IN6_IS_ADDR_MULTICAST(&ip->ip6_dst) &&
		       (na->nd_na_flags_reserved & ND_NA_FLAG_SOLICITED));
}

/* An advertisement, or a solicitation from nobody. */
static int read_nd(const uint8_t *bytes, size_t size, struct neighbour *ret)
{
	const uint8_t *body = bytes + sizeof(struct ip6_hdr);
	struct nd_neighbor_advert na;
	struct ip6_hdr ip;
	size_t body_size;

	if (size < sizeof(ip) + sizeof(na))
		return -EBADMSG;
	memcpy(&ip, bytes, sizeof(ip));
	memcpy(&na, body, sizeof(na));
	body_size = ntohs(ip.ip6_plen);
	if (ip.ip6_vfc >> 4 != 6 || ip.ip6_nxt != IPPROTO_ICMPV6 || ip.ip6_hlim != HOP_LIMIT ||
		body_size < sizeof(na) || body_size > size - sizeof(ip) ||
		checksum(&ip, body, body_size) != 0 || !is_valid_nd(&ip, &na))
		return -EBADMSG;
	ret->answered = na.nd_na_type == ND_NEIGHBOR_ADVERT;
	ret->addr.family = AF_INET6;
	memcpy(ret->addr.bytes, &na.nd_na_target, 16);
	return read_options(body + sizeof(na), body_size - sizeof(na), ret->mac);
}

int neighbour_read(int family, const uint8_t *packet, size_t size, const uint8_t from[static 6],
	struct neighbour *ret)
{
	memset(ret, 0, sizeof(*ret));
	memcpy(ret->mac, from, ETH_ALEN);
	return family == AF_INET ? read_arp(packet, size, ret) : read_nd(packet, size, ret);
}
