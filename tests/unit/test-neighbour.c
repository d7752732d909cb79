/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The packets: questions as the RFCs want them, and answers that are believed or not. */

#include <errno.h>
#include <netinet/icmp6.h>
#include <netinet/ip6.h>

#include "neighbour_packet.h"
#include "test.h"
#include "util.h"

static const uint8_t ours[6] = { 0x52, 0x54, 0, 0, 0, 1 }, theirs[6] = { 0x52, 0x54, 0, 0, 0, 2 };

/* An address. */
static struct ip_addr make_ip(const char *text)
{
	struct ip_addr addr = { 0 };

	if (*text)
		test_equal_int(ip_parse(text, &addr), 0);
	return addr;
}

/* Compare bytes with their hexadecimal digits. */
static void check_bytes(const uint8_t *bytes, size_t n, const char *expected)
{
	char text[2 * NEIGHBOUR_PACKET_MAX + 1] = "";

	for (size_t i = 0; i < n; i++)
		(void)sprintf(text + 2 * i, "%02x", bytes[i]);
	test_equal_str_at("bytes", text, expected);
}

/* Questions of all four forms, and where they go. The checksums follow from RFC 4443. */
static void test_questions(void)
{
	static const struct {
		const char *target, *source, *to, *packet;
	} table[] = {
		{ "192.0.2.10", "", "ffffffffffff",
			"000108000604000152540000000100000000000000000000c000020a" },
		{ "192.0.2.1", "192.0.2.10", "ffffffffffff",
			"0001080006040001525400000001c000020a000000000000c0000201" },
		{ "2001:db8::a:b:c", "", "3333ff0b000c",
			"6000000000183aff00000000000000000000000000000000"
			"ff0200000000000000000001ff0b000c"
			"87004cb70000000020010db8000000000000000a000b000c" },
		{ "2001:db8::a:b:c", "fe80::1", "3333ff0b000c",
			"6000000000203afffe800000000000000000000000000001"
			"ff0200000000000000000001ff0b000c"
			"8700fad60000000020010db8000000000000000a000b000c0101525400000001" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct ip_addr target = make_ip(table[i].target), source = make_ip(table[i].source);
		uint8_t packet[NEIGHBOUR_PACKET_MAX], to[6];
		size_t n = neighbour_question(&target, ours, &source, packet, to);

		check_bytes(to, sizeof(to), table[i].to);
		check_bytes(packet, n, table[i].packet);
	}
}

/* A neighbour advertisement of 2001:db8::10 with the target's MAC. */
static size_t make_advert(uint8_t ret[static NEIGHBOUR_PACKET_MAX])
{
	struct ip_addr target = make_ip("2001:db8::10"), source = make_ip("2001:db8::10");
	uint8_t to[6];
	size_t n = neighbour_question(&target, theirs, &source, ret, to);

	ret[40] = ND_NEIGHBOR_ADVERT;
	ret[44] = 0x20; /* override */
	ret[64] = ND_OPT_TARGET_LINKADDR;
	return n;
}

/* Put a right checksum into a packet. */
static void sum(uint8_t *packet)
{
	size_t n = (size_t)packet[4] << 8 | packet[5];
	uint32_t total = IPPROTO_ICMPV6 + (uint32_t)n;

	packet[42] = packet[43] = 0;
	for (size_t i = 8; i < 40 + n; i += 2)
		total += (uint32_t)packet[i] << 8 | packet[i + 1];
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	packet[42] = (uint8_t)(~total >> 8);
	packet[43] = (uint8_t)~total;
}

/* A right advertisement is believed, and so is the question of one who wants the address. */
static void test_adverts(void)
{
	struct ip_addr addr = make_ip("2001:db8::10"), nobody = { 0 };
	uint8_t packet[NEIGHBOUR_PACKET_MAX], to[6];
	size_t n = make_advert(packet);
	struct neighbour claim;

	sum(packet);
	test_equal_int(neighbour_read(AF_INET6, packet, n, ours, &claim), 0);
	test_assert(claim.answered && ip_equal(&claim.addr, &addr));
	test_assert(memcmp(claim.mac, theirs, 6) == 0);
	packet[5] = 24; /* without the option: the MAC that it came from */
	sum(packet);
	test_equal_int(neighbour_read(AF_INET6, packet, n, ours, &claim), 0);
	test_assert(memcmp(claim.mac, ours, 6) == 0);
	n = neighbour_question(&addr, theirs, &nobody, packet, to);
	test_equal_int(neighbour_read(AF_INET6, packet, n, theirs, &claim), 0);
	test_assert(!claim.answered && ip_equal(&claim.addr, &addr));
	addr = make_ip("fe80::1");
	n = neighbour_question(&addr, theirs, &addr, packet, to);
	test_equal_int(neighbour_read(AF_INET6, packet, n, theirs, &claim), -EBADMSG);
}

/* Each of these changes makes it one that is not believed. */
static void test_invalid_adverts(void)
{
	static const struct {
		size_t at;
		uint8_t value;
	} table[] = {
		{ 0, 0x40 },  /* version */
		{ 6, 17 },    /* not ICMPv6 */
		{ 7, 254 },   /* came through a router */
		{ 4, 1 },     /* longer than the packet */
		{ 5, 23 },    /* shorter than an advertisement */
		{ 40, 134 },  /* a router's */
		{ 41, 1 },    /* code */
		{ 48, 0xff }, /* a group's */
		{ 44, 0x60 }, /* solicited, but to a group */
		{ 65, 0 },    /* an option without length */
		{ 65, 2 },    /* an option that is cut off */
		{ 5, 31 },    /* likewise */
	};
	uint8_t packet[NEIGHBOUR_PACKET_MAX];
	struct neighbour claim;
	size_t n;

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		n = make_advert(packet);
		packet[table[i].at] = table[i].value;
		if (packet[4] == 0 && packet[5] % 2 == 0)
			sum(packet);
		if (neighbour_read(AF_INET6, packet, n, ours, &claim) != -EBADMSG)
			test_fail("row %zu was believed", i);
	}
	n = make_advert(packet);
	sum(packet);
	packet[43] ^= 1;
	test_equal_int(neighbour_read(AF_INET6, packet, n, ours, &claim), -EBADMSG);
	packet[43] ^= 1;
	for (size_t i = 0; i < n; i++)
		if (neighbour_read(AF_INET6, packet, i, ours, &claim) != -EBADMSG)
			test_fail("%zu bytes were believed", i);
}

/* ARP: replies and questions tell of their sender, probes of what they want. */
static void test_arp(void)
{
	struct ip_addr addr = make_ip("192.0.2.10"), gateway = make_ip("192.0.2.1"), nobody = { 0 };
	uint8_t packet[NEIGHBOUR_PACKET_MAX], to[6];
	struct neighbour claim;
	size_t n = neighbour_question(&gateway, theirs, &addr, packet, to);

	test_equal_int(neighbour_read(AF_INET, packet, n, ours, &claim), 0);
	test_assert(claim.answered && ip_equal(&claim.addr, &addr));
	test_assert(memcmp(claim.mac, theirs, 6) == 0);
	n = neighbour_question(&addr, theirs, &nobody, packet, to);
	test_equal_int(neighbour_read(AF_INET, packet, n, ours, &claim), 0);
	test_assert(!claim.answered && ip_equal(&claim.addr, &addr));
	for (size_t i = 0; i < n; i++)
		test_equal_int(neighbour_read(AF_INET, packet, i, ours, &claim), -EBADMSG);
	for (size_t i = 0; i < 6; i++) {
		packet[i] ^= 1;
		test_equal_int(neighbour_read(AF_INET, packet, n, ours, &claim), -EBADMSG);
		packet[i] ^= 1;
	}
}

/* The most addresses that there may be fit the filter. */
static void test_filter_size(void)
{
	struct sock_filter code[NEIGHBOUR_FILTER_MAX];
	struct neighbour all[NEIGHBOURS_MAX] = { 0 };

	for (int family = 0; family < 2; family++) {
		for (size_t i = 0; i < NEIGHBOURS_MAX; i++)
			all[i].addr.family = family ? AF_INET6 : AF_INET;
		test_assert(neighbour_filter(all[0].addr.family, all, NEIGHBOURS_MAX,
				    NEIGHBOUR_RIVAL, code) <= NEIGHBOUR_FILTER_MAX);
	}
}

int main(void)
{
	test_run(test_questions);
	test_run(test_adverts);
	test_run(test_invalid_adverts);
	test_run(test_arp);
	test_run(test_filter_size);
	return test_result();
}
