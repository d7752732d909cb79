/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the statements of a rule make of a packet. */

#include "firewall_walk_parts.h"
#include "util.h"

static struct look look_of(const struct step *step)
{
	return (struct look){
		.ruleset = step->walk->ruleset,
		.packet = step->walk->packet,
		.base = step->walk->base,
		.chain = step->chain,
		.steps = &step->walk->steps,
		.flow = &step->flow,
	};
}

/* From here on it is in doubt. */
static void doubt(struct step *step)
{
	step->flow.doubted = true;
	if (!step->walk->riddle)
		step->walk->riddle = step->chain;
}

/* Go on in the rule, with the next rule, or in both ways. */
static void split(struct step *step, enum match match)
{
	if (match == MATCH_OPAQUE)
		doubt(step);
	if (match != MATCH_YES)
		firewall_add_flow(step->walk, step->next, &step->flow);
	step->over = match == MATCH_NO;
}

static void run_nothing(struct step *step, json_object *body)
{
}

static void run_match(struct step *step, json_object *body)
{
	const struct look look = look_of(step);

	split(step, firewall_match(&look, body));
}

/* Rates, quotas, numbers of connections and sets that packets are put into. */
static void run_limit(struct step *step, json_object *body)
{
	split(step, MATCH_SENDER);
}

static void run_unknown(struct step *step, json_object *body)
{
	firewall_end_unknown(step->walk, step->chain);
	step->over = true;
}

/* One verdict of a map. */
static void run_mapped(struct step *step, json_object *data)
{
	json_object *body;
	const char *name;

	if (!firewall_only_member(data, &name, &body) ||
		!firewall_run_verdict(step, &step->flow, name, body))
		firewall_end_unknown(step->walk, step->chain);
}

static void run_vmap(struct step *step, json_object *body)
{
	json_object *key = firewall_member(body, "key"), *data;
	const struct look look = look_of(step);
	size_t index = 0;
	enum match match;

	while ((match = firewall_map_next(
			&look, key, firewall_member(body, "data"), &index, &data)) != MATCH_NO) {
		if (match == MATCH_OPAQUE)
			doubt(step);
		run_mapped(step, data);
		step->over = match == MATCH_YES;
		if (step->over)
			return;
	}
	split(step, MATCH_NO);
}

/* Give a mark. What else can be set and changes nothing of the way stands in a table. */
static void run_mangle(struct step *step, json_object *body)
{
	static const char *const harmless[][3] = {
		{ "meta", "key", "priority" },
		{ "meta", "key", "nftrace" },
		{ "meta", "key", "secmark" },
		{ "ct", "key", "label" },
		{ "ct", "key", "event" },
		{ "ct", "key", "secmark" },
		{ "ct", "key", "zone" },
		{ "payload", "field", "dscp" },
		{ "payload", "field", "ecn" },
		{ "payload", "field", "ttl" },
		{ "payload", "field", "hoplimit" },
		{ "tcp option", "field", "size" },
	};
	json_object *target = firewall_member(body, "key");
	const struct look look = look_of(step);
	bool is_ct = firewall_member(target, "ct");
	json_object *field = firewall_member(target, is_ct ? "ct" : "meta");
	struct value value;

	for (size_t i = 0; i < ARRAY_SIZE(harmless); i++)
		if (streq(firewall_string(firewall_member(
				  firewall_member(target, harmless[i][0]), harmless[i][1])),
			    harmless[i][2]))
			return;
	if (!streq(firewall_string(firewall_member(field, "key")), "mark")) {
		run_unknown(step, body);
		return;
	}
	value = firewall_value(&look, firewall_member(body, "value"));
	if (value.kind == VALUE_ADDR || value.kind == VALUE_NAME || value.kind == VALUE_SADDR)
		value = (struct value){ .kind = VALUE_OPAQUE };
	/* A map may have nothing for it. */
	if (value.kind != VALUE_NUMBER)
		split(step, value.kind == VALUE_NONE	 ? MATCH_NO
			    : value.kind == VALUE_SENDER ? MATCH_SENDER
							 : MATCH_OPAQUE);
	if (!is_ct)
		step->flow.mark = value;
	else if (!step->flow.untracked && firewall_is_tracked(&look))
		step->flow.ct_mark = value;
}

/* Its new port, if it gets one. */
static struct value new_port(const struct look *look, json_object *body)
{
	json_object *port = firewall_member(body, "port");
	struct value value;

	if (!port)
		return look->flow->dport;
	value = firewall_value(look, port);
	if (value.kind != VALUE_NUMBER && value.kind != VALUE_NONE)
		value = (struct value){ .kind = VALUE_OPAQUE };
	return value;
}

/* It goes to an address and a port from now on; nothing else of this chain is asked. */
static void set_destination(struct step *step, struct value daddr, struct value dport, bool away)
{
	if (daddr.kind == VALUE_NONE || dport.kind == VALUE_NONE) {
		split(step, MATCH_NO);
		return;
	}
	if (step->walk->base->hook == HOOK_PREROUTING) {
		step->flow.away = away;
		step->flow.daddr = daddr;
		step->flow.dport = dport;
		step->flow.dnat = true;
		step->flow.changer = step->chain;
	}
	firewall_add_flow(step->walk, step->accepted, &step->flow);
	step->over = true;
}

static void run_dnat(struct step *step, json_object *body)
{
	const struct look look = look_of(step);
	json_object *addr = firewall_member(body, "addr");
	struct value daddr = addr ? firewall_value(&look, addr) : step->flow.daddr;
	bool own = daddr.kind == VALUE_ADDR && ip_equal(&daddr.addr, &look.packet->daddr);

	set_destination(step, daddr, new_port(&look, body), !own);
}

/* To this machine, at the first address of the link that it came in by. */
static void run_redirect(struct step *step, json_object *body)
{
	const struct look look = look_of(step);

	set_destination(step, (struct value){ .kind = VALUE_OPAQUE }, new_port(&look, body), false);
}

/* Nothing happens to a packet that conntrack follows by now. */
static void run_notrack(struct step *step, json_object *body)
{
	const struct look look = look_of(step);

	step->flow.untracked |= !firewall_is_tracked(&look);
}

/* A rule of iptables that only iptables can read: what stands before the counter is a match. */
static void run_xt(struct step *step, json_object *body)
{
	for (size_t i = step->index + 1; i < firewall_count(step->rest); i++)
		if (firewall_member(firewall_item(step->rest, i), "counter")) {
			split(step, MATCH_OPAQUE);
			return;
		}
	run_unknown(step, body);
}

static const struct {
	const char *name;
	void (*run)(struct step *step, json_object *body);
} statements[] = {
	{ "match", run_match },
	{ "vmap", run_vmap },
	{ "mangle", run_mangle },
	{ "counter", run_nothing },
	{ "log", run_nothing },
	{ "last", run_nothing },
	{ "dup", run_nothing },
	{ "ct helper", run_nothing },
	{ "ct timeout", run_nothing },
	{ "ct expectation", run_nothing },
	{ "limit", run_limit },
	{ "quota", run_limit },
	{ "ct count", run_limit },
	{ "set", run_limit },
	{ "map", run_limit },
	{ "meter", run_limit },
	{ "dnat", run_dnat },
	{ "redirect", run_redirect },
	{ "notrack", run_notrack },
	{ "xt", run_xt },
};

void firewall_run_statement(struct step *step, json_object *statement)
{
	json_object *body;
	const char *name;

	step->walk->steps++;
	if (!firewall_only_member(statement, &name, &body)) {
		run_unknown(step, statement);
		return;
	}
	if (firewall_run_verdict(step, &step->flow, name, body)) {
		step->over = true;
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(statements); i++)
		if (streq(name, statements[i].name)) {
			statements[i].run(step, body);
			return;
		}
	run_unknown(step, statement);
}
