/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whether a statement "match" holds: keys of one value or several, sets and maps. */

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
		return firewall_compare_value(&key->values[0], right);
	if (firewall_count(parts) != key->n)
		return MATCH_OPAQUE;
	for (size_t i = 0; i < key->n; i++)
		match = both(
			match, firewall_compare_value(&key->values[i], firewall_item(parts, i)));
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

enum match firewall_match(const struct look *look, json_object *statement)
{
	const char *op = firewall_string(firewall_member(statement, "op"));
	json_object *right = firewall_member(statement, "right"), *elements;
	struct key key;
	bool moves;

	if (!read_key(look, firewall_member(statement, "left"), &key))
		return MATCH_NO;
	if (find_elements(look, right, &elements, &moves)) {
		enum match match = match_set(look, &key, elements, moves);

		if (streq(op, "!="))
			return negate(match);
		return streq(op, "==") || streq(op, "in") ? match : MATCH_OPAQUE;
	}
	if (streq(op, "=="))
		return match_key(&key, right);
	if (streq(op, "!="))
		return negate(match_key(&key, right));
	if (key.n != 1)
		return MATCH_OPAQUE;
	if (streq(op, "in"))
		return firewall_compare_flags(&key.values[0], right);
	if (streq(op, "!"))
		return negate(firewall_compare_flags(&key.values[0], right));
	if (*op == '<' || *op == '>')
		return firewall_compare_order(&key.values[0], op, right);
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
