/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A packet's ways through chains and rules. */

#include "firewall_parts.h"
#include "util.h"

/* The kernel's own limit (NFT_JUMP_STACK_SIZE). */
#define JUMPS_MAX 16

/* A packet in the midst of a rule. */
struct step {
	struct walk *walk;
	const struct firewall_chain *chain;
	struct flow flow;
	bool over; /* it does not go on to the next statement */
	unsigned depth;
	struct flows *next, *accepted, *returned; /* where it goes from here */
	json_object *rest; /* the rule's statements, and which of them this is */
	size_t index;
};

/* -- flows --------------------------------------------------------------------------------------
 */

static bool value_is_equal(const struct value *a, const struct value *b)
{
	return a->kind == b->kind && a->number == b->number && a->open == b->open &&
	       ip_equal(&a->addr, &b->addr);
}

/* Are they the same but for what they are doubted for? */
static bool flow_is_equal(const struct flow *a, const struct flow *b)
{
	return value_is_equal(&a->daddr, &b->daddr) && value_is_equal(&a->dport, &b->dport) &&
	       value_is_equal(&a->mark, &b->mark) && value_is_equal(&a->ct_mark, &b->ct_mark) &&
	       a->untracked == b->untracked && a->dnat == b->dnat && a->away == b->away;
}

/* Add a way; one that is certain outdoes the same in doubt. */
static void add_flow(struct walk *walk, struct flows *flows, const struct flow *flow)
{
	for (size_t i = 0; i < flows->n; i++)
		if (flow_is_equal(&flows->list[i], flow)) {
			flows->list[i].doubted &= flow->doubted;
			return;
		}
	if (flows->n == FLOWS_MAX)
		walk->steps = FIREWALL_STEPS_MAX + 1;
	else
		flows->list[flows->n++] = *flow;
}

/* Note the port that a packet comes in with. */
static void note_dport(struct walk *walk, const struct value *dport)
{
	unsigned number = dport->kind == VALUE_NUMBER && dport->open == 0 ? (unsigned)dport->number
									  : NO_DPORT;

	if (walk->dport == 0)
		walk->dport = number;
	else if (walk->dport != number)
		walk->dport = NO_DPORT;
}

void firewall_end(struct walk *walk, const struct flow *flow, unsigned end,
	const struct firewall_chain *chain)
{
	if (end == END_IN)
		note_dport(walk, &flow->dport);
	if (flow->doubted)
		walk->doubt |= end;
	else
		walk->sure |= end;
	if (end == END_OUT && !walk->closer)
		walk->closer = chain;
}

void firewall_end_unknown(struct walk *walk, const struct firewall_chain *chain)
{
	walk->doubt |= END_IN | END_OUT;
	if (!walk->riddle)
		walk->riddle = chain;
}

/* -- verdicts -----------------------------------------------------------------------------------
 */

static void walk_chain(struct walk *walk, const struct firewall_chain *chain, struct flows *flows,
	unsigned depth, struct flows *accepted, struct flows *returned);

static void verdict_accept(struct step *step, const struct flow *flow, json_object *body)
{
	if (step->walk->base->hook == HOOK_INPUT)
		step->walk->opener = step->chain;
	add_flow(step->walk, step->accepted, flow);
}

static void verdict_drop(struct step *step, const struct flow *flow, json_object *body)
{
	firewall_end(step->walk, flow, END_OUT, step->chain);
}

static void verdict_continue(struct step *step, const struct flow *flow, json_object *body)
{
	add_flow(step->walk, step->next, flow);
}

static void verdict_return(struct step *step, const struct flow *flow, json_object *body)
{
	add_flow(step->walk, step->returned, flow);
}

/* Nobody knows what becomes of it. */
static void verdict_unknown(struct step *step, const struct flow *flow, json_object *body)
{
	firewall_end_unknown(step->walk, step->chain);
}

/* Go through another chain; what comes back from there goes to back. */
static void visit(struct step *step, const struct flow *flow, json_object *body, struct flows *back)
{
	const struct firewall_chain *target = firewall_find_chain(
		step->walk->ruleset, step->chain, firewall_string(firewall_member(body, "target")));
	struct flows flows = { .list[0] = *flow, .n = 1 };

	if (!target || step->depth == JUMPS_MAX)
		verdict_unknown(step, flow, body);
	else
		walk_chain(step->walk, target, &flows, step->depth + 1, step->accepted, back);
}

static void verdict_jump(struct step *step, const struct flow *flow, json_object *body)
{
	visit(step, flow, body, step->next);
}

static void verdict_goto(struct step *step, const struct flow *flow, json_object *body)
{
	visit(step, flow, body, step->returned);
}

static const struct {
	const char *name;
	void (*run)(struct step *step, const struct flow *flow, json_object *body);
} verdicts[] = {
	{ "accept", verdict_accept },
	{ "drop", verdict_drop },
	{ "continue", verdict_continue },
	{ "return", verdict_return },
	{ "jump", verdict_jump },
	{ "goto", verdict_goto },
	{ "reject", verdict_drop },
	/* They change the sender's address. */
	{ "snat", verdict_accept },
	{ "masquerade", verdict_accept },
};

/* Is it a verdict? Then it is carried out. */
static bool run_verdict(
	struct step *step, const struct flow *flow, const char *name, json_object *body)
{
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (streq(name, verdicts[i].name)) {
			verdicts[i].run(step, flow, body);
			return true;
		}
	return false;
}

/* -- statements ---------------------------------------------------------------------------------
 */

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
		add_flow(step->walk, step->next, &step->flow);
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
	verdict_unknown(step, &step->flow, body);
	step->over = true;
}

/* One verdict of a map. */
static void run_mapped(struct step *step, json_object *data)
{
	json_object *body;
	const char *name;

	if (!firewall_only_member(data, &name, &body) ||
		!run_verdict(step, &step->flow, name, body))
		verdict_unknown(step, &step->flow, data);
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
	add_flow(step->walk, step->accepted, &step->flow);
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

/* One statement; all that is in no table may do anything. */
static void run_statement(struct step *step, json_object *statement)
{
	json_object *body;
	const char *name;

	step->walk->steps++;
	if (!firewall_only_member(statement, &name, &body)) {
		run_unknown(step, statement);
		return;
	}
	if (run_verdict(step, &step->flow, name, body)) {
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

/* -- rules and chains ---------------------------------------------------------------------------
 */

/* One packet through one rule. */
static void run_rule(struct step *step)
{
	for (; !step->over && step->index < firewall_count(step->rest); step->index++)
		run_statement(step, firewall_item(step->rest, step->index));
	if (!step->over)
		add_flow(step->walk, step->next, &step->flow);
}

/* All packets through a chain and those that it calls. */
static void walk_chain(struct walk *walk, const struct firewall_chain *chain, struct flows *flows,
	unsigned depth, struct flows *accepted, struct flows *returned)
{
	for (size_t i = 0; i < chain->n_rules && flows->n > 0; i++) {
		struct flows next = { .n = 0 };

		for (size_t j = 0; j < flows->n && walk->steps <= FIREWALL_STEPS_MAX; j++) {
			struct step step = {
				.walk = walk,
				.chain = chain,
				.flow = flows->list[j],
				.depth = depth,
				.next = &next,
				.accepted = accepted,
				.returned = returned,
				.rest = chain->rules[i],
			};

			walk->steps++;
			run_rule(&step);
		}
		*flows = next;
	}
	for (size_t j = 0; j < flows->n; j++)
		add_flow(walk, returned, &flows->list[j]);
}

void firewall_walk_base(struct walk *walk, const struct firewall_chain *base, struct flows *flows)
{
	struct flows accepted = { .n = 0 }, returned = { .n = 0 }, inside = { .n = 0 };

	walk->base = base;
	for (size_t i = 0; i < flows->n; i++) {
		const struct flow *flow = &flows->list[i];

		/* Addresses are changed once, and not of what conntrack does not follow. */
		if (base->nat && (flow->untracked || (flow->dnat && base->hook == HOOK_PREROUTING)))
			add_flow(walk, &accepted, flow);
		else
			add_flow(walk, &inside, flow);
	}
	walk_chain(walk, base, &inside, 0, &accepted, &returned);
	for (size_t i = 0; i < returned.n; i++) {
		if (base->drops)
			firewall_end(walk, &returned.list[i], END_OUT, base);
		else
			add_flow(walk, &accepted, &returned.list[i]);
	}
	*flows = accepted;
}
