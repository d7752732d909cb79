/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The index of a ruleset: its chains with their rules, and its sets. */

#include <errno.h>
#include <limits.h>

#include "firewall_parts.h"
#include "util.h"

#define JSON_DEPTH 64
/* Where the kernel calls the chains of type nat, whatever their own priority says. */
#define PRIORITY_DNAT (-100)
#define PRIORITY_SNAT 100

json_object *firewall_member(json_object *object, const char *key)
{
	json_object *value;

	if (!json_object_is_type(object, json_type_object) ||
		!json_object_object_get_ex(object, key, &value))
		return NULL;
	return value;
}

bool firewall_only_member(json_object *object, const char **ret_key, json_object **ret_value)
{
	struct json_object_iterator i;

	if (!json_object_is_type(object, json_type_object) ||
		json_object_object_length(object) != 1)
		return false;
	i = json_object_iter_begin(object);
	*ret_key = json_object_iter_peek_name(&i);
	*ret_value = json_object_iter_peek_value(&i);
	return true;
}

size_t firewall_count(json_object *array)
{
	return json_object_is_type(array, json_type_array) ? json_object_array_length(array) : 0;
}

json_object *firewall_item(json_object *array, size_t i)
{
	return i < firewall_count(array) ? json_object_array_get_idx(array, i) : NULL;
}

const char *firewall_string(json_object *object)
{
	return json_object_is_type(object, json_type_string) ? json_object_get_string(object) : "";
}

bool firewall_has_word(json_object *words, const char *word)
{
	for (size_t i = 0; i < firewall_count(words); i++)
		if (streq(firewall_string(firewall_item(words, i)), word))
			return true;
	return streq(firewall_string(words), word);
}

/* Order by family, table and name. */
static int compare_names(const char *const a[3], const char *const b[3])
{
	for (int i = 0; i < 3; i++) {
		int order = strcmp(a[i], b[i]);

		if (order != 0)
			return order;
	}
	return 0;
}

static int compare_chains(const void *a, const void *b)
{
	const struct firewall_chain *x = a, *y = b;

	return compare_names((const char *[]){ x->family, x->table, x->name },
		(const char *[]){ y->family, y->table, y->name });
}

static int compare_sets(const void *a, const void *b)
{
	const struct firewall_set *x = a, *y = b;

	return compare_names((const char *[]){ x->family, x->table, x->name },
		(const char *[]){ y->family, y->table, y->name });
}

const struct firewall_chain *firewall_find_chain(
	const struct firewall_ruleset *ruleset, const struct firewall_chain *near, const char *name)
{
	const struct firewall_chain key = {
		.family = near->family, .table = near->table, .name = name
	};

	if (ruleset->n_chains == 0)
		return NULL;
	return bsearch(
		&key, ruleset->chains, ruleset->n_chains, sizeof(*ruleset->chains), compare_chains);
}

const struct firewall_set *firewall_find_set(
	const struct firewall_ruleset *ruleset, const struct firewall_chain *near, const char *name)
{
	const struct firewall_set key = {
		.family = near->family, .table = near->table, .name = name
	};

	if (ruleset->n_sets == 0)
		return NULL;
	return bsearch(&key, ruleset->sets, ruleset->n_sets, sizeof(*ruleset->sets), compare_sets);
}

/* Which hook a base chain is called by. */
static enum firewall_hook find_hook(json_object *object)
{
	static const char *const names[] = {
		[HOOK_INGRESS] = "ingress",
		[HOOK_PREROUTING] = "prerouting",
		[HOOK_INPUT] = "input",
	};
	const char *name = firewall_string(firewall_member(object, "hook"));

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (streq(name, names[i]))
			return (enum firewall_hook)i;
	return HOOK_NONE;
}

/* Read a chain, the order-th that is listed. */
static struct firewall_chain read_chain(json_object *object, int order)
{
	struct firewall_chain chain = {
		.family = firewall_string(firewall_member(object, "family")),
		.table = firewall_string(firewall_member(object, "table")),
		.name = firewall_string(firewall_member(object, "name")),
		.hook = find_hook(object),
		.nat = streq(firewall_string(firewall_member(object, "type")), "nat"),
		.drops = streq(firewall_string(firewall_member(object, "policy")), "drop"),
		.priority = json_object_get_int(firewall_member(object, "prio")),
		/* The kernel puts a new one before those of the same priority. */
		.order = -order,
		.device = firewall_member(object, "dev"),
	};

	return chain;
}

/* A base chain's place is its hook's; those of type nat keep their order within one place. */
static void place_nat(struct firewall_chain *chain)
{
	if (!chain->nat)
		return;
	chain->rank = chain->priority;
	chain->priority = chain->hook == HOOK_INPUT ? PRIORITY_SNAT : PRIORITY_DNAT;
}

/* Read a set or a map. */
static struct firewall_set read_set(json_object *object)
{
	return (struct firewall_set){
		.family = firewall_string(firewall_member(object, "family")),
		.table = firewall_string(firewall_member(object, "table")),
		.name = firewall_string(firewall_member(object, "name")),
		.elements = firewall_member(object, "elem"),
	};
}

/* Note the sets that a rule puts elements into: what is in them changes with each packet. */
static void note_moving(struct firewall_ruleset *ruleset, const struct firewall_chain *chain,
	json_object *statements)
{
	for (size_t i = 0; i < firewall_count(statements); i++) {
		json_object *statement = firewall_item(statements, i);
		json_object *set = firewall_member(statement, "set"),
			    *map = firewall_member(statement, "map");
		const char *name = firewall_string(
			set ? firewall_member(set, "set") : firewall_member(map, "map"));
		struct firewall_set *found = NULL;

		if (*name == '@')
			found = (struct firewall_set *)firewall_find_set(ruleset, chain, name + 1);
		if (found)
			found->moves = true;
	}
}

/* Put a rule behind the others of its chain. */
static int add_rule(struct firewall_ruleset *ruleset, json_object *object)
{
	const struct firewall_chain near = {
		.family = firewall_string(firewall_member(object, "family")),
		.table = firewall_string(firewall_member(object, "table")),
	};
	const char *name = firewall_string(firewall_member(object, "chain"));
	json_object *statements = firewall_member(object, "expr");
	struct firewall_chain *chain =
		(struct firewall_chain *)firewall_find_chain(ruleset, &near, name);

	if (!chain)
		return -EINVAL;
	/* A rule without statements does nothing. */
	if (firewall_count(statements) == 0)
		return 0;
	/* Grown at each power of two. */
	if ((chain->n_rules & (chain->n_rules - 1)) == 0) {
		json_object **rules = reallocarray(chain->rules,
			chain->n_rules > 0 ? 2 * chain->n_rules : 1, sizeof(json_object *));

		if (!rules)
			return -ENOMEM;
		chain->rules = rules;
	}
	chain->rules[chain->n_rules++] = statements;
	note_moving(ruleset, chain, statements);
	return 0;
}

/* Take the base chains of a table that is switched off out of their hooks. */
static void switch_off(struct firewall_ruleset *ruleset, json_object *table)
{
	const char *family = firewall_string(firewall_member(table, "family"));
	const char *name = firewall_string(firewall_member(table, "name"));

	if (!firewall_has_word(firewall_member(table, "flags"), "dormant"))
		return;
	for (size_t i = 0; i < ruleset->n_chains; i++) {
		struct firewall_chain *chain = &ruleset->chains[i];

		if (streq(chain->family, family) && streq(chain->table, name))
			chain->hook = HOOK_NONE;
	}
}

/* Chains and sets first: a rule may stand before what it names. */
static int index_names(struct firewall_ruleset *ruleset, json_object *list)
{
	size_t n = firewall_count(list);

	ruleset->chains = calloc(n + 1, sizeof(*ruleset->chains));
	ruleset->sets = calloc(n + 1, sizeof(*ruleset->sets));
	if (!ruleset->chains || !ruleset->sets || n > INT_MAX)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++) {
		json_object *entry = firewall_item(list, i), *object;

		if ((object = firewall_member(entry, "chain"))) {
			ruleset->chains[ruleset->n_chains++] = read_chain(object, (int)i);
			place_nat(&ruleset->chains[ruleset->n_chains - 1]);
		} else if ((object = firewall_member(entry, "set")) ||
			   (object = firewall_member(entry, "map"))) {
			ruleset->sets[ruleset->n_sets++] = read_set(object);
		}
	}
	qsort(ruleset->chains, ruleset->n_chains, sizeof(*ruleset->chains), compare_chains);
	qsort(ruleset->sets, ruleset->n_sets, sizeof(*ruleset->sets), compare_sets);
	return 0;
}

/* Then the rules, in the order in which they are listed. */
static int index_rules(struct firewall_ruleset *ruleset, json_object *list)
{
	int r;

	for (size_t i = 0; i < firewall_count(list); i++) {
		json_object *entry = firewall_item(list, i), *object;

		if ((object = firewall_member(entry, "rule"))) {
			r = add_rule(ruleset, object);
			if (r < 0)
				return r;
		} else if ((object = firewall_member(entry, "table"))) {
			switch_off(ruleset, object);
		}
	}
	return 0;
}

/* Parse the text. */
static int parse(const char *json, size_t size, json_object **ret)
{
	struct json_tokener *tokener = json_tokener_new_ex(JSON_DEPTH);
	enum json_tokener_error error;

	if (!tokener)
		return -ENOMEM;
	if (size > INT_MAX) {
		json_tokener_free(tokener);
		return -EINVAL;
	}
	*ret = json_tokener_parse_ex(tokener, json, (int)size);
	error = json_tokener_get_error(tokener);
	json_tokener_free(tokener);
	if (*ret && error == json_tokener_success)
		return 0;
	json_object_put(*ret);
	*ret = NULL;
	return -EINVAL;
}

int firewall_ruleset_init(struct firewall_ruleset *ruleset, const char *json, size_t size)
{
	json_object *list;
	int r;

	*ruleset = (struct firewall_ruleset){ 0 };
	r = parse(json, size, &ruleset->root);
	if (r < 0)
		return r;
	list = firewall_member(ruleset->root, "nftables");
	r = json_object_is_type(list, json_type_array) ? index_names(ruleset, list) : -EINVAL;
	if (r >= 0)
		r = index_rules(ruleset, list);
	if (r < 0)
		firewall_ruleset_done(ruleset);
	return r;
}

void firewall_ruleset_done(struct firewall_ruleset *ruleset)
{
	for (size_t i = 0; i < ruleset->n_chains; i++)
		free(ruleset->chains[i].rules);
	free(ruleset->chains);
	free(ruleset->sets);
	json_object_put(ruleset->root);
	*ruleset = (struct firewall_ruleset){ 0 };
}
