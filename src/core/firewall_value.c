/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The values of expressions of nft(8), of which fields are made (firewall_field.c). */

#include "firewall_parts.h"
#include "util.h"

static const struct symbol route_types[] = { { "unspec", 0 }, { "unicast", 1 }, { "local", 2 },
	{ "broadcast", 3 }, { "anycast", 4 }, { "multicast", 5 }, { "blackhole", 6 },
	{ "unreachable", 7 }, { "prohibit", 8 }, { 0 } };

/* What the routes say of an address: the destination is this machine's own, and answers to the
 * sender go out where it came in. */
static struct value value_of_fib(const struct look *look, json_object *body)
{
	json_object *flags = firewall_member(body, "flags");
	const char *result = firewall_string(firewall_member(body, "result"));
	bool saddr = firewall_has_word(flags, "saddr");

	if (look->base->hook == HOOK_INGRESS || (!saddr && look->flow->away))
		return value_of_kind(VALUE_OPAQUE);
	if (streq(result, "type"))
		return value_of_number(saddr ? 1 : 2, route_types);
	if (saddr && (streq(result, "oif") || streq(result, "oifname")))
		return (struct value){ .kind = VALUE_NAME, .name = look->packet->iifname };
	return value_of_kind(VALUE_OPAQUE);
}

/* An ordinary first packet has no header of extensions and none of the dangerous options. */
static struct value value_of_option(const struct look *look, json_object *body)
{
	if (firewall_member(body, "field"))
		return value_of_kind(VALUE_NONE);
	return value_of_number(0, NULL);
}

static struct value value_of_chance(const struct look *look, json_object *body)
{
	return value_of_kind(VALUE_SENDER);
}

/* A number with some bits taken out, put in or turned over by a constant. */
static struct value combine(char operator, struct value value, json_object *literal)
{
	uint64_t mask;

	if (value.kind == VALUE_SADDR)
		return value_of_kind(VALUE_SENDER);
	if (value.kind != VALUE_NUMBER)
		return value.kind == VALUE_ADDR || value.kind == VALUE_NAME
			       ? value_of_kind(VALUE_OPAQUE)
			       : value;
	if (!firewall_number(&value, literal, &mask))
		return value_of_kind(VALUE_OPAQUE);
	switch (operator) {
	case '&':
		value.number &= mask;
		value.open &= mask;
		return value;
	case '|':
		value.number |= mask;
		value.open &= ~mask;
		return value;
	default:
		value.number ^= mask;
		return value;
	}
}

static struct value value_of_operation(
	const struct look *look, char operator, json_object * operands)
{
	struct value value;

	if (firewall_count(operands) != 2)
		return value_of_kind(VALUE_OPAQUE);
	value = firewall_value(look, firewall_item(operands, 0));
	return combine(operator, value, firewall_item(operands, 1));
}

/* What a map has for a key. */
static struct value value_of_map(const struct look *look, json_object *body)
{
	json_object *key = firewall_member(body, "key"), *data;
	size_t index = 0;

	switch (firewall_map_next(look, key, firewall_member(body, "data"), &index, &data)) {
	case MATCH_YES:
		return firewall_value(look, data);
	case MATCH_NO:
		return value_of_kind(VALUE_NONE);
	case MATCH_SENDER:
		return value_of_kind(VALUE_SENDER);
	case MATCH_OPAQUE:
		break;
	}
	return value_of_kind(VALUE_OPAQUE);
}

/* A constant. */
static struct value value_of_literal(json_object *literal)
{
	struct value value = { .kind = VALUE_NUMBER };

	if (json_object_is_type(literal, json_type_string) &&
		ip_parse(json_object_get_string(literal), &value.addr) >= 0)
		value.kind = VALUE_ADDR;
	else if (!firewall_number(&value, literal, &value.number))
		value.kind = VALUE_OPAQUE;
	return value;
}

struct value firewall_value(const struct look *look, json_object *expression)
{
	static const struct {
		const char *name;
		struct value (*find)(const struct look *look, json_object *body);
	} kinds[] = {
		{ "payload", firewall_payload },
		{ "meta", firewall_meta },
		{ "ct", firewall_ct },
		{ "fib", value_of_fib },
		{ "map", value_of_map },
		{ "exthdr", value_of_option },
		{ "ip option", value_of_option },
		{ "tcp option", value_of_chance },
		{ "numgen", value_of_chance },
		{ "jhash", value_of_chance },
		{ "symhash", value_of_chance },
		{ "osf", value_of_chance },
		{ "ipsec", value_of_chance },
	};
	json_object *body;
	const char *name;

	if (!json_object_is_type(expression, json_type_object))
		return value_of_literal(expression);
	if (!firewall_only_member(expression, &name, &body))
		return value_of_kind(VALUE_OPAQUE);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		if (streq(name, kinds[i].name))
			return kinds[i].find(look, body);
	if (streq(name, "&") || streq(name, "|") || streq(name, "^"))
		return value_of_operation(look, *name, body);
	return value_of_kind(VALUE_OPAQUE);
}
