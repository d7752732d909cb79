/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One value of a packet with what a rule compares it with: constants, ranges, flags, order. */

#include "firewall_parts.h"
#include "util.h"

static enum match match_bool(bool matches)
{
	return matches ? MATCH_YES : MATCH_NO;
}

/* The two ends of a range. */
static bool read_range(json_object *right, json_object **ret_first, json_object **ret_last)
{
	json_object *range = firewall_member(right, "range");

	if (firewall_count(range) != 2)
		return false;
	*ret_first = firewall_item(range, 0);
	*ret_last = firewall_item(range, 1);
	return true;
}

static enum match match_number(const struct value *value, json_object *right)
{
	json_object *first_object, *last_object;
	uint64_t first, last;

	if (read_range(right, &first_object, &last_object)) {
		if (!firewall_number(value, first_object, &first) ||
			!firewall_number(value, last_object, &last))
			return MATCH_OPAQUE;
		if (value->open != 0)
			return MATCH_SENDER;
		return match_bool(first <= value->number && value->number <= last);
	}
	if (!firewall_number(value, right, &first))
		return MATCH_OPAQUE;
	if (((value->number ^ first) & ~value->open) != 0)
		return MATCH_NO;
	return value->open != 0 ? MATCH_SENDER : MATCH_YES;
}

/* The first and the last address that a constant means. */
static bool read_addresses(json_object *right, struct ip_addr *ret_first, struct ip_addr *ret_last)
{
	json_object *first, *last, *prefix = firewall_member(right, "prefix");
	struct ip_prefix network;
	int length;

	if (read_range(right, &first, &last))
		return ip_parse(firewall_string(first), ret_first) >= 0 &&
		       ip_parse(firewall_string(last), ret_last) >= 0 &&
		       ret_first->family == ret_last->family;
	if (!prefix) {
		if (ip_parse(firewall_string(right), ret_first) < 0)
			return false;
		*ret_last = *ret_first;
		return true;
	}
	length = json_object_get_int(firewall_member(prefix, "len"));
	if (ip_parse(firewall_string(firewall_member(prefix, "addr")), &network.addr) < 0 ||
		length < 0 || (size_t)length > 8 * ip_size(network.addr.family))
		return false;
	network.length = (uint8_t)length;
	*ret_first = ip_prefix_first(&network);
	*ret_last = ip_prefix_last(&network);
	return true;
}

/* As memcmp(3), of addresses of one family. */
static int compare_addresses(const struct ip_addr *a, const struct ip_addr *b)
{
	return memcmp(a->bytes, b->bytes, ip_size(a->family));
}

static enum match match_address(const struct value *value, json_object *right)
{
	struct ip_addr first, last;

	if (!read_addresses(right, &first, &last) || first.family != value->addr.family)
		return MATCH_OPAQUE;
	return match_bool(compare_addresses(&first, &value->addr) <= 0 &&
			  compare_addresses(&value->addr, &last) <= 0);
}

/* Networks that no sender is in: the kernel takes no such packet from a cable. */
static const char *const nobodys[] = { "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/4",
	"255.255.255.255/32", "::/127", "::ffff:0:0/96", "ff00::/8" };

static enum match match_sender(json_object *right)
{
	struct ip_addr first, last, all;
	struct ip_prefix network;

	if (!read_addresses(right, &first, &last))
		return MATCH_SENDER;
	for (size_t i = 0; i < ARRAY_SIZE(nobodys); i++)
		if (ip_prefix_parse(nobodys[i], &network) >= 0 && ip_in_prefix(&first, &network) &&
			ip_in_prefix(&last, &network))
			return MATCH_NO;
	network = (struct ip_prefix){ .addr.family = first.family };
	all = ip_prefix_last(&network);
	if (ip_equal(&first, &network.addr) && ip_equal(&last, &all))
		return MATCH_YES;
	return MATCH_SENDER;
}

bool firewall_names_link(const char *pattern, const char *ifname)
{
	size_t length = strlen(pattern);

	if (length > 0 && pattern[length - 1] == '*')
		return strncmp(ifname, pattern, length - 1) == 0;
	return streq(ifname, pattern);
}

/* The name of a link, or a pattern; true: any link. */
static enum match match_name(const struct value *value, json_object *right)
{
	const char *pattern = firewall_string(right);

	if (json_object_is_type(right, json_type_boolean))
		return match_bool(json_object_get_boolean(right));
	if (!json_object_is_type(right, json_type_string) || strchr(pattern, '\\'))
		return MATCH_OPAQUE;
	return match_bool(firewall_names_link(pattern, value->name));
}

enum match firewall_compare_value(const struct value *value, json_object *right)
{
	switch (value->kind) {
	case VALUE_NONE:
		return MATCH_NO;
	case VALUE_NUMBER:
		return match_number(value, right);
	case VALUE_ADDR:
		return match_address(value, right);
	case VALUE_NAME:
		return match_name(value, right);
	case VALUE_SADDR:
		return match_sender(right);
	case VALUE_SENDER:
		return MATCH_SENDER;
	case VALUE_OPAQUE:
		break;
	}
	return MATCH_OPAQUE;
}

enum match firewall_compare_flags(const struct value *value, json_object *right)
{
	uint64_t mask;

	if (value->kind == VALUE_SENDER || value->kind == VALUE_SADDR)
		return MATCH_SENDER;
	if (value->kind != VALUE_NUMBER || !firewall_number(value, right, &mask))
		return MATCH_OPAQUE;
	if ((value->number & ~value->open & mask) != 0)
		return MATCH_YES;
	return (value->open & mask) != 0 ? MATCH_SENDER : MATCH_NO;
}

/* Is the value before (-1), at (0) or behind (1) the constant? False: that is not known. */
static bool order_value(const struct value *value, json_object *right, int *ret)
{
	struct ip_addr addr;
	uint64_t number;

	if (value->kind == VALUE_ADDR && ip_parse(firewall_string(right), &addr) >= 0 &&
		addr.family == value->addr.family) {
		*ret = compare_addresses(&value->addr, &addr);
		return true;
	}
	if (value->kind != VALUE_NUMBER || value->open != 0 ||
		!firewall_number(value, right, &number))
		return false;
	*ret = value->number < number ? -1 : value->number > number;
	return true;
}

enum match firewall_compare_order(const struct value *value, const char *op, json_object *right)
{
	int order;

	if (value->kind == VALUE_SENDER || value->kind == VALUE_SADDR ||
		(value->kind == VALUE_NUMBER && value->open != 0))
		return MATCH_SENDER;
	if (!order_value(value, right, &order))
		return MATCH_OPAQUE;
	if (order == 0)
		return match_bool(op[1] == '=');
	return match_bool((order < 0) == (op[0] == '<'));
}
