/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the parts of firewall.c share: the ruleset, what is known of a packet, and matching. */

#include <json-c/json.h>
#include <stdint.h>

#include "firewall.h"

/* -- the ruleset --------------------------------------------------------------------------------
 */

enum firewall_hook {
	HOOK_INGRESS,
	HOOK_PREROUTING,
	HOOK_INPUT,
	HOOK_NONE, /* no base chain, or one of a hook that such a packet does not come by */
};

/* All strings and objects are borrowed from the JSON. */
struct firewall_chain {
	const char *family, *table, *name;
	enum firewall_hook hook;
	bool nat, drops; /* of type nat; its policy */
	int priority;	 /* at which the kernel calls it */
	int rank, order; /* among those of the same priority */
	json_object *device;
	json_object **rules; /* their lists of statements */
	size_t n_rules;
};

struct firewall_set {
	const char *family, *table, *name;
	json_object *elements;
	bool moves; /* packets put elements into it */
};

struct firewall_ruleset {
	json_object *root;
	struct firewall_chain *chains; /* by name */
	size_t n_chains;
	struct firewall_set *sets; /* by name */
	size_t n_sets;
};

/* Index what json holds. -EINVAL, -ENOMEM. */
int firewall_ruleset_init(struct firewall_ruleset *ruleset, const char *json, size_t size);
void firewall_ruleset_done(struct firewall_ruleset *ruleset);

/* The chain, or the set or map, of this name in the table of another chain; NULL: there is none. */
const struct firewall_chain *firewall_find_chain(const struct firewall_ruleset *ruleset,
	const struct firewall_chain *near, const char *name);
const struct firewall_set *firewall_find_set(const struct firewall_ruleset *ruleset,
	const struct firewall_chain *near, const char *name);

/* A member of an object; NULL where it is none or has none. */
json_object *firewall_member(json_object *object, const char *key);

/* The only member of an object and its name; false: it is no such object. */
bool firewall_only_member(json_object *object, const char **ret_key, json_object **ret_value);

/* Items of an array: none of what is no array. */
size_t firewall_count(json_object *array);
json_object *firewall_item(json_object *array, size_t i);

/* A string; "" for what is none. */
const char *firewall_string(json_object *object);

/* Is this word in a list, or is it the one that stands without a list? */
bool firewall_has_word(json_object *words, const char *word);

/* -- the packet ---------------------------------------------------------------------------------
 */

enum value_kind {
	VALUE_NONE, /* such a packet has no such thing: a rule that asks for it does not match */
	VALUE_NUMBER,
	VALUE_ADDR,
	VALUE_NAME,
	VALUE_SADDR,  /* the sender's address */
	VALUE_SENDER, /* as the sender, the time or chance will have it */
	VALUE_OPAQUE, /* not understood */
};

struct symbol {
	const char *name;
	uint64_t number;
};

struct value {
	enum value_kind kind;
	uint64_t number, open;	      /* open: bits that are the sender's choice */
	const struct symbol *symbols; /* names of numbers, up to a NULL */
	struct ip_addr addr;
	const char *name;
};

/* A packet under way, as far as rules change it. */
struct flow {
	struct value daddr, dport, mark, ct_mark;
	bool untracked, dnat;
	bool away;    /* its new destination is not known to be this machine */
	bool doubted; /* a rule that is not understood has let it come here */
	const struct firewall_chain *changer; /* who has sent it away */
};

/* What an expression is looked at with. */
struct look {
	const struct firewall_ruleset *ruleset;
	const struct firewall_packet *packet;
	const struct firewall_chain *base, *chain;
	unsigned *steps; /* counts what is looked at */
	const struct flow *flow;
};

/* A value that is nothing but of this kind. */
static inline struct value value_of_kind(enum value_kind kind)
{
	return (struct value){ .kind = kind };
}

/* A number, and what the numbers of its kind are called; NULL: they have no names. */
static inline struct value value_of_number(uint64_t number, const struct symbol *symbols)
{
	return (struct value){ .kind = VALUE_NUMBER, .number = number, .symbols = symbols };
}

/* Does conntrack know of the packet by now? */
bool firewall_is_tracked(const struct look *look);

/* A field of a header, if the packet has that header; of its way here; and of what conntrack knows,
 * nothing of a packet that it does not follow. body is that of the expression. */
struct value firewall_payload(const struct look *look, json_object *body);
struct value firewall_meta(const struct look *look, json_object *body);
struct value firewall_ct(const struct look *look, json_object *body);

/* The value of an expression. */
struct value firewall_value(const struct look *look, json_object *expression);

/* A number in the type of a value, or several that are ORed; false: not understood. */
bool firewall_number(const struct value *type, json_object *literal, uint64_t *ret);

/* -- matching -----------------------------------------------------------------------------------
 */

enum match {
	MATCH_NO,
	MATCH_YES,
	MATCH_SENDER, /* as the sender, the time or chance will have it */
	MATCH_OPAQUE, /* not understood */
};

#define FIREWALL_STEPS_MAX 5000000U

/* Is it the name of the link, or a pattern of it that ends in "*"? */
bool firewall_names_link(const char *pattern, const char *ifname);

/* Is a value of the packet this constant, or in this range or network? */
enum match firewall_compare_value(const struct value *value, json_object *right);

/* Has it any of these flags? */
enum match firewall_compare_flags(const struct value *value, json_object *right);

/* Is it so to the constant: "<", ">", "<=" or ">="? */
enum match firewall_compare_order(const struct value *value, const char *op, json_object *right);

/* Does the statement "match" hold? */
enum match firewall_match(const struct look *look, json_object *statement);

/* Find the next element of a map, or of the map that is named, that a key may match: how sure that
 * is, and its data. MATCH_NO: there is none any more. After MATCH_YES no other can match. *index is
 * 0 before the first call. */
enum match firewall_map_next(const struct look *look, json_object *key, json_object *data,
	size_t *index, json_object **ret_data);

/* -- the walk -----------------------------------------------------------------------------------
 */

/* Ways that a packet can go on, each once. */
#define FLOWS_MAX 16
struct flows {
	struct flow list[FLOWS_MAX];
	size_t n;
};

/* What can become of it. */
#define END_IN	(1U << 0)
#define END_OUT (1U << 1)

#define NO_DPORT (~0U)

struct walk {
	const struct firewall_ruleset *ruleset;
	const struct firewall_packet *packet;
	const struct firewall_chain *base;
	unsigned steps; /* given up above FIREWALL_STEPS_MAX */
	unsigned sure,
		doubt;	/* END_* that are reached, in spite of rules that are not understood */
	unsigned dport; /* of all that came in, 0: of none yet; NO_DPORT: they differ */
	/* The last chain that let it in, the first that kept it out, the first not understood. */
	const struct firewall_chain *opener, *closer, *riddle;
};

/* Send all flows through a base chain; *flows are those that it lets go on. */
void firewall_walk_base(struct walk *walk, const struct firewall_chain *base, struct flows *flows);

/* The flow ends so. */
void firewall_end(struct walk *walk, const struct flow *flow, unsigned end,
	const struct firewall_chain *chain);

/* The flow ends in a way that is not understood. */
void firewall_end_unknown(struct walk *walk, const struct firewall_chain *chain);
