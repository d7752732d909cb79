/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is known of the first packet of a TCP connection from anybody: the fields of its headers, of
 * its way, and of its connection, in the words of nft(8), and the names of their numbers. */

#include "firewall_parts.h"
#include "util.h"

#define PRIORITY_CONNTRACK (-200)

/* -- names of numbers ---------------------------------------------------------------------------
 */

static const struct symbol protocols[] = { { "icmp", 1 }, { "igmp", 2 }, { "tcp", 6 },
	{ "udp", 17 }, { "dccp", 33 }, { "gre", 47 }, { "esp", 50 }, { "ah", 51 }, { "icmpv6", 58 },
	{ "ipv6-icmp", 58 }, { "comp", 108 }, { "vrrp", 112 }, { "sctp", 132 }, { "udplite", 136 },
	{ 0 } };
static const struct symbol ethertypes[] = { { "ip", 0x0800 }, { "ip6", 0x86dd }, { "arp", 0x0806 },
	{ "vlan", 0x8100 }, { "8021q", 0x8100 }, { "8021ad", 0x88a8 }, { 0 } };
static const struct symbol families[] = { { "ipv4", 2 }, { "ipv6", 10 }, { 0 } };
static const struct symbol link_types[] = { { "ether", 1 }, { "ppp", 512 }, { "loopback", 772 },
	{ "sit", 776 }, { "ipgre", 778 }, { 0 } };
static const struct symbol groups[] = { { "default", 0 }, { 0 } };
static const struct symbol packet_types[] = { { "host", 0 }, { "unicast", 0 }, { "broadcast", 1 },
	{ "multicast", 2 }, { "other", 3 }, { 0 } };
static const struct symbol tcp_flags[] = { { "fin", 1 }, { "syn", 2 }, { "rst", 4 }, { "psh", 8 },
	{ "ack", 16 }, { "urg", 32 }, { "ecn", 64 }, { "cwr", 128 }, { 0 } };
static const struct symbol ct_states[] = { { "invalid", 1 }, { "established", 2 }, { "related", 4 },
	{ "new", 8 }, { "untracked", 64 }, { 0 } };
static const struct symbol ct_directions[] = { { "original", 0 }, { "reply", 1 }, { 0 } };
static const struct symbol ct_statuses[] = { { "expected", 1 }, { "seen-reply", 2 },
	{ "assured", 4 }, { "confirmed", 8 }, { "snat", 16 }, { "dnat", 32 }, { "dying", 512 },
	{ 0 } };

/* The number of a name, or of digits. */
static bool find_symbol(const struct symbol *symbols, const char *name, uint64_t *ret)
{
	char *end;

	for (; symbols && symbols->name; symbols++)
		if (streq(symbols->name, name)) {
			*ret = symbols->number;
			return true;
		}
	if (*name < '0' || *name > '9')
		return false;
	*ret = strtoull(name, &end, 0);
	return *end == '\0';
}

/* One number. */
static bool read_number(const struct value *type, json_object *literal, uint64_t *ret)
{
	switch (json_object_get_type(literal)) {
	case json_type_int:
		if (json_object_get_int64(literal) < 0)
			return false;
		*ret = json_object_get_uint64(literal);
		break;
	case json_type_boolean:
		*ret = json_object_get_boolean(literal) ? 1 : 0;
		break;
	case json_type_string:
		if (!find_symbol(type->symbols, json_object_get_string(literal), ret))
			return false;
		break;
	case json_type_null:
	case json_type_double:
	case json_type_object:
	case json_type_array:
		return false;
	}
	/* libnftables 1.0 prints these in the wrong byte order when it is asked for numbers. */
	if (type->symbols == ethertypes && (*ret == 0x0008 || *ret == 0xdd86))
		*ret = *ret == 0x0008 ? 0x0800 : 0x86dd;
	return true;
}

bool firewall_number(const struct value *type, json_object *literal, uint64_t *ret)
{
	json_object *list = firewall_member(literal, "|");

	list = list ? list : literal;
	if (!json_object_is_type(list, json_type_array))
		return read_number(type, literal, ret);
	*ret = 0;
	for (size_t i = 0; i < firewall_count(list); i++) {
		uint64_t number;

		if (!read_number(type, firewall_item(list, i), &number))
			return false;
		*ret |= number;
	}
	return true;
}

/* -- fields -------------------------------------------------------------------------------------
 */

static struct value value_of_name(const char *name)
{
	return (struct value){ .kind = VALUE_NAME, .name = name };
}

bool firewall_is_tracked(const struct look *look)
{
	return look->base->hook == HOOK_INPUT ||
	       (look->base->hook == HOOK_PREROUTING && look->base->priority > PRIORITY_CONNTRACK);
}

static bool is_v4(const struct look *look)
{
	return look->packet->daddr.family == AF_INET;
}

/* What an expression of two words can be: a fixed value, or one that a function finds. */
struct field {
	const char *group, *name; /* name NULL: all others of the group */
	struct value value;
	struct value (*find)(const struct look *look);
};

#define NUMBER(n, names)                                                                           \
	{                                                                                          \
		.kind = VALUE_NUMBER, .number = (n), .symbols = (names)                            \
	}

static struct value find_daddr(const struct look *look)
{
	return look->flow->daddr;
}

static struct value find_dport(const struct look *look)
{
	return look->flow->dport;
}

static struct value find_original_daddr(const struct look *look)
{
	return (struct value){ .kind = VALUE_ADDR, .addr = look->packet->daddr };
}

static struct value find_original_dport(const struct look *look)
{
	return value_of_number(look->packet->dport, NULL);
}

static struct value find_mark(const struct look *look)
{
	return look->flow->mark;
}

/* The family of the hook, which at ingress is another than the packet's. */
static struct value find_nfproto(const struct look *look)
{
	if (look->base->hook == HOOK_INGRESS)
		return value_of_kind(VALUE_OPAQUE);
	return value_of_number(is_v4(look) ? 2 : 10, families);
}

static struct value find_protocol(const struct look *look)
{
	return value_of_number(is_v4(look) ? 0x0800 : 0x86dd, ethertypes);
}

static struct value find_iifname(const struct look *look)
{
	return value_of_name(look->packet->iifname);
}

static struct value find_iifgroup(const struct look *look)
{
	if (look->packet->iifgroup < 0)
		return value_of_kind(VALUE_OPAQUE);
	return value_of_number((uint64_t)look->packet->iifgroup, groups);
}

static struct value find_iiftype(const struct look *look)
{
	if (look->packet->iiftype == 0)
		return value_of_kind(VALUE_OPAQUE);
	return value_of_number(look->packet->iiftype, link_types);
}

/* nft_ct_get_eval() in the kernel: what conntrack has not seen is invalid. */
static struct value find_ct_state(const struct look *look)
{
	if (look->flow->untracked)
		return value_of_number(64, ct_states);
	return value_of_number(firewall_is_tracked(look) ? 8 : 1, ct_states);
}

static struct value find_ct_mark(const struct look *look)
{
	return look->flow->ct_mark;
}

static struct value find_ct_status(const struct look *look)
{
	struct value value = value_of_number(look->flow->dnat ? 32 : 0, ct_statuses);

	/* The sender's own address may be changed as well, by whatever it is. */
	value.open = 16 | 128 | 256;
	return value;
}

/* Every field of a packet; "reserved" and such are not known to be zero. */
static const struct field payloads[] = {
	{ "tcp", "dport", .find = find_dport },
	{ "th", "dport", .find = find_dport },
	/* ECN and CWR are set by a sender that would have explicit congestion notification. */
	{ "tcp", "flags",
		.value = { .kind = VALUE_NUMBER,
			.number = 2,
			.open = 64 | 128,
			.symbols = tcp_flags } },
	{ "tcp", NULL, .value.kind = VALUE_SENDER },
	{ "th", NULL, .value.kind = VALUE_SENDER },
	{ "ip", "daddr", .find = find_daddr },
	{ "ip", "saddr", .value.kind = VALUE_SADDR },
	{ "ip", "protocol", .value = NUMBER(6, protocols) },
	{ "ip", "version", .value = NUMBER(4, NULL) },
	/* Whole, since conntrack puts fragments together; "do not fragment" is the sender's choice.
	 */
	{ "ip", "frag-off", .value = { .kind = VALUE_NUMBER, .open = 0x4000 } },
	{ "ip", NULL, .value.kind = VALUE_SENDER },
	{ "ip6", "daddr", .find = find_daddr },
	{ "ip6", "saddr", .value.kind = VALUE_SADDR },
	{ "ip6", "nexthdr", .value = NUMBER(6, protocols) },
	{ "ip6", "version", .value = NUMBER(6, NULL) },
	{ "ip6", NULL, .value.kind = VALUE_SENDER },
	{ "ether", "saddr", .value.kind = VALUE_SENDER },
	{ 0 },
};

static const struct field metas[] = {
	{ "meta", "nfproto", .find = find_nfproto },
	{ "meta", "l4proto", .value = NUMBER(6, protocols) },
	{ "meta", "protocol", .find = find_protocol },
	{ "meta", "iif", .find = find_iifname },
	{ "meta", "iifname", .find = find_iifname },
	{ "meta", "iifgroup", .find = find_iifgroup },
	{ "meta", "iiftype", .find = find_iiftype },
	{ "meta", "mark", .find = find_mark },
	{ "meta", "pkttype", .value = NUMBER(0, packet_types) },
	{ "meta", "length", .value.kind = VALUE_SENDER },
	{ "meta", "cpu", .value.kind = VALUE_SENDER },
	{ "meta", "random", .value.kind = VALUE_SENDER },
	{ "meta", "time", .value.kind = VALUE_SENDER },
	{ "meta", "day", .value.kind = VALUE_SENDER },
	{ "meta", "hour", .value.kind = VALUE_SENDER },
	{ "meta", "ipsec", .value.kind = VALUE_SENDER },
	{ 0 },
};

static const struct field cts[] = {
	{ "", "mark", .find = find_ct_mark },
	{ "", "status", .find = find_ct_status },
	{ "", "protocol", .value = NUMBER(6, protocols) },
	{ "", "direction", .value = NUMBER(0, ct_directions) },
	{ "original", "protocol", .value = NUMBER(6, protocols) },
	{ "original", "ip daddr", .find = find_original_daddr },
	{ "original", "ip6 daddr", .find = find_original_daddr },
	{ "original", "daddr", .find = find_original_daddr },
	{ "original", "proto-dst", .find = find_original_dport },
	{ "original", "ip saddr", .value.kind = VALUE_SADDR },
	{ "original", "ip6 saddr", .value.kind = VALUE_SADDR },
	{ "original", "saddr", .value.kind = VALUE_SADDR },
	{ "original", "proto-src", .value.kind = VALUE_SENDER },
	{ 0 },
};

/* Look a field up; what is in no table is not understood. */
static struct value find_field(
	const struct look *look, const struct field *fields, const char *group, const char *name)
{
	for (; fields->group; fields++) {
		if (!streq(fields->group, group) || (fields->name && !streq(fields->name, name)))
			continue;
		return fields->find ? fields->find(look) : fields->value;
	}
	return value_of_kind(VALUE_OPAQUE);
}

struct value firewall_payload(const struct look *look, json_object *body)
{
	static const char *const absent[] = { "ah", "arp", "comp", "dccp", "esp", "icmp", "icmpv6",
		"igmp", "sctp", "udp", "udplite" };
	const char *protocol = firewall_string(firewall_member(body, "protocol"));

	for (size_t i = 0; i < ARRAY_SIZE(absent); i++)
		if (streq(protocol, absent[i]))
			return value_of_kind(VALUE_NONE);
	if (streq(protocol, is_v4(look) ? "ip6" : "ip"))
		return value_of_kind(VALUE_NONE);
	if (streq(protocol, "ether") &&
		streq(firewall_string(firewall_member(body, "field")), "type"))
		return find_protocol(look);
	return find_field(
		look, payloads, protocol, firewall_string(firewall_member(body, "field")));
}

struct value firewall_meta(const struct look *look, json_object *body)
{
	return find_field(look, metas, "meta", firewall_string(firewall_member(body, "key")));
}

struct value firewall_ct(const struct look *look, json_object *body)
{
	const char *key = firewall_string(firewall_member(body, "key"));
	bool v4 = strncmp(key, "ip ", 3) == 0, v6 = strncmp(key, "ip6 ", 4) == 0;

	if (streq(key, "state"))
		return find_ct_state(look);
	if (look->flow->untracked || !firewall_is_tracked(look) || (is_v4(look) ? v6 : v4))
		return value_of_kind(VALUE_NONE);
	return find_field(look, cts, firewall_string(firewall_member(body, "dir")), key);
}
