/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Matching what is known of a packet with constants, ranges, sets and maps. */

#include "firewall_parts.h"
#include "util.h"

#define KEY_MAX 16

/* The parts of a concatenation, or one. */
struct key {
	struct value values[KEY_MAX];
	size_t n;
};

/* Both must hold. */
static enum match both(enum match a, enum match b)
{
	if (a == MATCH_NO || b == MATCH_NO)
		return MATCH_NO;
	return a > b ? a : b;
}

/* One must hold. */
static enum match either(enum match a, enum match b)
{
	if (a == MATCH_YES || b == MATCH_YES)
		return MATCH_YES;
	return a > b ? a : b;
}

static enum match negate(enum match match)
{
	if (match == MATCH_NO)
		return MATCH_YES;
	return match == MATCH_YES ? MATCH_NO : match;
}

static enum match match_bool(bool matches)
{
	return matches ? MATCH_YES : MATCH_NO;
}

/* -- one value with one constant ----------------------------------------------------------------
 */

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

static enum match match_value(const struct value *value, json_object *right)
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

/* -- keys and elements --------------------------------------------------------------------------
 */

/* The values that a set is asked for. False: the packet has no such thing. */
static bool read_key(const struct look *look, json_object *expression, struct key *ret)
{
	json_object *parts = firewall_member(expression, "concat");

	*ret = (struct key){ .n = 1 };
	if (!json_object_is_type(parts, json_type_array)) {
		ret->values[0] = firewall_value(look, expression);
		return ret->values[0].kind != VALUE_NONE;
	}
	ret->n = firewall_count(parts);
	if (ret->n == 0 || ret->n > KEY_MAX) {
		*ret = (struct key){ .n = 1, .values[0].kind = VALUE_OPAQUE };
		return true;
	}
	for (size_t i = 0; i < ret->n; i++) {
		ret->values[i] = firewall_value(look, firewall_item(parts, i));
		if (ret->values[i].kind == VALUE_NONE)
			return false;
	}
	return true;
}

/* A key with a constant, an interval, or as many of them as it has parts. */
static enum match match_key(const struct key *key, json_object *right)
{
	json_object *parts = firewall_member(right, "concat");
	enum match match = MATCH_YES;

	if (key->n == 1)
		return match_value(&key->values[0], right);
	if (firewall_count(parts) != key->n)
		return MATCH_OPAQUE;
	for (size_t i = 0; i < key->n; i++)
		match = both(match, match_value(&key->values[i], firewall_item(parts, i)));
	return match;
}

/* An element without what belongs to it; *ret_stays: it has no time limit, no rate. */
static json_object *unwrap_element(json_object *element, bool *ret_stays)
{
	static const char *const harmless[] = { "val", "comment", "counter", "last" };
	json_object *body = firewall_member(element, "elem");
	struct json_object_iter part;

	*ret_stays = true;
	if (!json_object_is_type(body, json_type_object))
		return element;
	json_object_object_foreachC(body, part)
	{
		bool known = false;

		for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
			known |= streq(part.key, harmless[i]);
		*ret_stays &= known;
	}
	return firewall_member(body, "val");
}

/* An element of a set, but for the one that stands for all others. */
static enum match match_element(const struct key *key, json_object *element)
{
	enum match match;
	bool stays;

	element = unwrap_element(element, &stays);
	match = match_key(key, element);
	return match == MATCH_YES && !stays ? MATCH_SENDER : match;
}

/* Does this element of a set or key of a map stand for all others? */
static bool is_catchall(json_object *element)
{
	bool stays;

	return streq(firewall_string(unwrap_element(element, &stays)), "*");
}

/* The elements of a set that stands in a rule, or of the one that it names. False: there is none.
 */
static bool find_elements(
	const struct look *look, json_object *right, json_object **ret_elements, bool *ret_moves)
{
	const char *name = firewall_string(right);
	const struct firewall_set *set;

	*ret_moves = false;
	*ret_elements = firewall_member(right, "set");
	if (*ret_elements)
		return true;
	if (*name != '@')
		return false;
	set = firewall_find_set(look->ruleset, look->chain, name + 1);
	if (!set)
		return false;
	*ret_elements = set->elements;
	*ret_moves = set->moves;
	return true;
}

/* How many there are: one may stand without a list. */
static size_t count_elements(json_object *elements)
{
	if (!elements)
		return 0;
	return json_object_is_type(elements, json_type_array) ? firewall_count(elements) : 1;
}

static json_object *get_element(json_object *elements, size_t i)
{
	return json_object_is_type(elements, json_type_array) ? firewall_item(elements, i)
							      : elements;
}

/* Is the key in the set? */
static enum match match_set(
	const struct look *look, const struct key *key, json_object *elements, bool moves)
{
	size_t n = count_elements(elements);
	enum match match = MATCH_NO;

	for (size_t i = 0; i < n && match != MATCH_YES; i++) {
		json_object *element = get_element(elements, i);

		if (++*look->steps > FIREWALL_STEPS_MAX)
			return MATCH_OPAQUE;
		match = either(
			match, is_catchall(element) ? MATCH_YES : match_element(key, element));
	}
	return moves && match != MATCH_OPAQUE ? MATCH_SENDER : match;
}

/* -- statements ---------------------------------------------------------------------------------
 */

/* Has the value any of these flags? */
static enum match match_flags(const struct value *value, json_object *right)
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

/* "<", ">", "<=", ">=". */
static enum match match_order(const struct value *value, const char *operator, json_object * right)
{
	int order;

	if (value->kind == VALUE_SENDER || value->kind == VALUE_SADDR ||
		(value->kind == VALUE_NUMBER && value->open != 0))
		return MATCH_SENDER;
	if (!order_value(value, right, &order))
		return MATCH_OPAQUE;
	if (order == 0)
		return match_bool(operator[1] == '=');
	return match_bool((order < 0) == (operator[0] == '<'));
}

enum match firewall_match(const struct look *look, json_object *statement)
{
	const char *operator= firewall_string(firewall_member(statement, "op"));
	json_object *right = firewall_member(statement, "right"), *elements;
	struct key key;
	bool moves;

	if (!read_key(look, firewall_member(statement, "left"), &key))
		return MATCH_NO;
	if (find_elements(look, right, &elements, &moves)) {
		enum match match = match_set(look, &key, elements, moves);

		if (streq(operator, "!="))
			return negate(match);
		return streq(operator, "==") || streq(operator, "in") ? match : MATCH_OPAQUE;
	}
	if (streq(operator, "=="))
		return match_key(&key, right);
	if (streq(operator, "!="))
		return negate(match_key(&key, right));
	if (key.n != 1)
		return MATCH_OPAQUE;
	if (streq(operator, "in"))
		return match_flags(&key.values[0], right);
	if (streq(operator, "!"))
		return negate(match_flags(&key.values[0], right));
	if (*operator== '<' || * operator== '>')
		return match_order(&key.values[0], operator, right);
	return MATCH_OPAQUE;
}

enum match firewall_map_next(const struct look *look, json_object *key_expression,
	json_object *data, size_t *index, json_object **ret_data)
{
	json_object *elements;
	struct key key;
	bool moves;
	size_t n;

	if (!read_key(look, key_expression, &key))
		return MATCH_NO;
	*ret_data = NULL;
	/* In a map that packets change there may be anything by now. */
	if (!find_elements(look, data, &elements, &moves) || moves)
		return (*index)++ == 0 ? MATCH_OPAQUE : MATCH_NO;
	n = count_elements(elements);
	/* Once for the others, once for the one that stands for all that are left. */
	while (*index < 2 * n) {
		json_object *pair = get_element(elements, *index % n), *element;
		bool last = (*index)++ >= n;
		enum match match;

		if (++*look->steps > FIREWALL_STEPS_MAX)
			return MATCH_NO;
		element = firewall_item(pair, 0);
		if (is_catchall(element) != last)
			continue;
		match = last ? MATCH_YES : match_element(&key, element);
		*ret_data = firewall_item(pair, 1);
		if (match != MATCH_NO)
			return match;
	}
	return MATCH_NO;
}
