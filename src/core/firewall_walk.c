/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A packet's ways through chains and rules, and what verdicts make of it. */

#include "firewall_walk_parts.h"
#include "util.h"

/* The kernel's own limit (NFT_JUMP_STACK_SIZE). */
#define JUMPS_MAX 16

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

void firewall_add_flow(struct walk *walk, struct flows *flows, const struct flow *flow)
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
	firewall_add_flow(step->walk, step->accepted, flow);
}

static void verdict_drop(struct step *step, const struct flow *flow, json_object *body)
{
	firewall_end(step->walk, flow, END_OUT, step->chain);
}

static void verdict_continue(struct step *step, const struct flow *flow, json_object *body)
{
	firewall_add_flow(step->walk, step->next, flow);
}

static void verdict_return(struct step *step, const struct flow *flow, json_object *body)
{
	firewall_add_flow(step->walk, step->returned, flow);
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

bool firewall_run_verdict(
	struct step *step, const struct flow *flow, const char *name, json_object *body)
{
	for (size_t i = 0; i < ARRAY_SIZE(verdicts); i++)
		if (streq(name, verdicts[i].name)) {
			verdicts[i].run(step, flow, body);
			return true;
		}
	return false;
}

/* -- rules and chains ---------------------------------------------------------------------------
 */

/* One packet through one rule. */
static void run_rule(struct step *step)
{
	for (; !step->over && step->index < firewall_count(step->rest); step->index++)
		firewall_run_statement(step, firewall_item(step->rest, step->index));
	if (!step->over)
		firewall_add_flow(step->walk, step->next, &step->flow);
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
		firewall_add_flow(walk, returned, &flows->list[j]);
}

void firewall_walk_base(struct walk *walk, const struct firewall_chain *base, struct flows *flows)
{
	struct flows accepted = { .n = 0 }, returned = { .n = 0 }, inside = { .n = 0 };

	walk->base = base;
	for (size_t i = 0; i < flows->n; i++) {
		const struct flow *flow = &flows->list[i];

		/* Addresses are changed once, and not of what conntrack does not follow. */
		if (base->nat && (flow->untracked || (flow->dnat && base->hook == HOOK_PREROUTING)))
			firewall_add_flow(walk, &accepted, flow);
		else
			firewall_add_flow(walk, &inside, flow);
	}
	walk_chain(walk, base, &inside, 0, &accepted, &returned);
	for (size_t i = 0; i < returned.n; i++) {
		if (base->drops)
			firewall_end(walk, &returned.list[i], END_OUT, base);
		else
			firewall_add_flow(walk, &accepted, &returned.list[i]);
	}
	*flows = accepted;
}
