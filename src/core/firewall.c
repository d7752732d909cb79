/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "firewall.h"

#include <errno.h>

#include "firewall_parts.h"
#include "util.h"

/* The base chains that the packet comes by, in that order. */
struct route {
	const struct firewall_chain **chains;
	size_t n;
};

/* By hook, place and order of calling. */
static int compare_places(const void *a, const void *b)
{
	const struct firewall_chain *x = *(const struct firewall_chain *const *)a;
	const struct firewall_chain *y = *(const struct firewall_chain *const *)b;

	if (x->hook != y->hook)
		return x->hook < y->hook ? -1 : 1;
	if (x->priority != y->priority)
		return x->priority < y->priority ? -1 : 1;
	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	return x->order < y->order ? -1 : 1;
}

/* Does the chain do anything at all? */
static bool is_idle(const struct firewall_chain *chain)
{
	return chain->n_rules == 0 && !chain->drops;
}

/* Is the chain called for the link: MATCH_OPAQUE where that is not known. */
static enum match match_device(
	const struct firewall_chain *chain, const struct firewall_packet *packet)
{
	/* Some versions of libnftables leave the names out. */
	if (!chain->device)
		return MATCH_OPAQUE;
	if (firewall_names_link(firewall_string(chain->device), packet->iifname))
		return MATCH_YES;
	for (size_t i = 0; i < firewall_count(chain->device); i++)
		if (firewall_names_link(
			    firewall_string(firewall_item(chain->device, i)), packet->iifname))
			return MATCH_YES;
	return packet->stacked ? MATCH_OPAQUE : MATCH_NO;
}

/* Does the packet come by this base chain? */
static enum match match_chain(
	const struct firewall_chain *chain, const struct firewall_packet *packet)
{
	const char *own = packet->daddr.family == AF_INET ? "ip" : "ip6";

	if (chain->hook == HOOK_NONE || is_idle(chain))
		return MATCH_NO;
	if (chain->hook == HOOK_INGRESS)
		return streq(chain->family, "netdev") || streq(chain->family, "inet")
			       ? match_device(chain, packet)
			       : MATCH_NO;
	if (streq(chain->family, "inet") || streq(chain->family, own))
		return MATCH_YES;
	if (streq(chain->family, "bridge"))
		return packet->stacked ? MATCH_OPAQUE : MATCH_NO;
	return MATCH_NO;
}

/* Find the way; on it, a chain that may or may not be called ends it in doubt. */
static int find_route(struct walk *walk, const struct firewall_ruleset *ruleset, struct route *ret)
{
	ret->chains = calloc(ruleset->n_chains + 1, sizeof(*ret->chains));
	if (!ret->chains)
		return -ENOMEM;
	for (size_t i = 0; i < ruleset->n_chains; i++) {
		const struct firewall_chain *chain = &ruleset->chains[i];
		enum match match = match_chain(chain, walk->packet);

		if (match == MATCH_YES)
			ret->chains[ret->n++] = chain;
		else if (match != MATCH_NO)
			firewall_end_unknown(walk, chain);
	}
	qsort(ret->chains, ret->n, sizeof(*ret->chains), compare_places);
	return 0;
}

/* Between prerouting and input: what is not for this machine any more leaves the way. */
static void drop_away(struct walk *walk, struct flows *flows)
{
	struct flows stay = { .n = 0 };

	for (size_t i = 0; i < flows->n; i++) {
		if (flows->list[i].away)
			firewall_end_unknown(walk, flows->list[i].changer);
		else
			stay.list[stay.n++] = flows->list[i];
	}
	*flows = stay;
}

/* Send the packet along the way. */
static void follow(struct walk *walk, const struct route *route)
{
	const struct value zero = { .kind = VALUE_NUMBER };
	struct flows flows = {
		.list[0] = {
			.daddr = { .kind = VALUE_ADDR, .addr = walk->packet->daddr },
			.dport = { .kind = VALUE_NUMBER, .number = walk->packet->dport },
			.mark = zero,
			.ct_mark = zero,
		},
		.n = 1,
	};
	size_t i = 0;

	for (; i < route->n && route->chains[i]->hook < HOOK_INPUT; i++)
		firewall_walk_base(walk, route->chains[i], &flows);
	drop_away(walk, &flows);
	for (; i < route->n; i++)
		firewall_walk_base(walk, route->chains[i], &flows);
	for (i = 0; i < flows.n; i++)
		firewall_end(walk, &flows.list[i], END_IN, NULL);
}

/* What the ends that were reached come to. */
static struct firewall_judgement conclude(const struct walk *walk, bool rules)
{
	struct firewall_judgement judgement = { .verdict = FIREWALL_UNKNOWN };
	const struct firewall_chain *decider = walk->riddle;
	unsigned ends = walk->sure | walk->doubt;

	if (walk->steps > FIREWALL_STEPS_MAX || ends == 0) {
		decider = NULL;
	} else if (ends == END_IN) {
		judgement.verdict = rules ? FIREWALL_OPEN : FIREWALL_NONE;
		decider = walk->opener;
	} else if (ends == END_OUT) {
		judgement.verdict = FIREWALL_CLOSED;
		decider = walk->closer;
	} else if (walk->sure == (END_IN | END_OUT)) {
		judgement.verdict = FIREWALL_SOME;
		decider = walk->closer;
	}
	if (judgement.verdict != FIREWALL_UNKNOWN && walk->dport != NO_DPORT)
		judgement.dport = walk->dport;
	if (decider)
		(void)snprintf(judgement.where, sizeof(judgement.where), "%s %s %s",
			decider->family, decider->table, decider->name);
	return judgement;
}

/* Judge one packet. */
static int judge(const struct firewall_ruleset *ruleset, const struct firewall_packet *packet,
	struct firewall_judgement *ret)
{
	struct walk walk = { .ruleset = ruleset, .packet = packet };
	struct route route = { 0 };
	int r;

	r = find_route(&walk, ruleset, &route);
	if (r < 0)
		return r;
	follow(&walk, &route);
	*ret = conclude(&walk, route.n > 0);
	free(route.chains);
	return 0;
}

int firewall_judge(const char *json, size_t size, const struct firewall_packet *packets, size_t n,
	struct firewall_judgement *ret)
{
	struct firewall_ruleset ruleset;
	int r;

	r = firewall_ruleset_init(&ruleset, json, size);
	if (r < 0)
		return r;
	for (size_t i = 0; i < n && r >= 0; i++)
		r = judge(&ruleset, &packets[i], &ret[i]);
	firewall_ruleset_done(&ruleset);
	return r;
}
