/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netproof.h"

#include <errno.h>

#include "netproof_judge.h"
#include "util.h"

/* What may never come is waited for so long: the address of a second automatic family, a carrier
 * that an interface loses for a moment when it is set up anew. */
#define PATIENCE_USEC (4 * 1000000ULL)

/* All must hold for so long: a manager may take an address away just to put it back. */
#define SETTLE_USEC 300000ULL

struct netproof {
	struct netlink *nl;
	struct net_set old, set;
	bool patient, settling, finished;
	sd_event_source *start, *timeout, *patience, *settle;
	netproof_done_fn done;
	void *userdata;
};

/* Answer, once; done may free proof. */
static void finish(struct netproof *proof, const struct netproof_result *result)
{
	struct netproof_result copy = *result;

	if (proof->finished)
		return;
	proof->finished = true;
	proof->done(&copy, proof->userdata);
}

/* Take a link's verdict into that on all of them. */
static void add_verdict(struct netproof_verdict *all, const struct netproof_verdict *one)
{
	if (one->worst.outcome > all->worst.outcome)
		all->worst = one->worst;
	all->final |= one->final;
}

/* Judge all links that the change is about. */
static struct netproof_verdict judge(const struct netproof *proof)
{
	struct netproof_verdict all = { .worst.outcome = NETPROOF_HOLDS }, one;

	for (size_t i = 0; i < proof->set.n_links; i++) {
		const struct net_config *new = &proof->set.links[i];
		const struct net_config *old = net_set_find(&proof->old, new->ifname);

		if (old && net_config_equal(old, new))
			continue;
		netproof_judge(proof->nl, old, new, proof->patient, &one);
		add_verdict(&all, &one);
	}
	for (size_t i = 0; i < proof->old.n_links; i++) {
		if (net_set_find(&proof->set, proof->old.links[i].ifname))
			continue;
		netproof_judge_removed(proof->nl, &proof->old.links[i], &one);
		add_verdict(&all, &one);
	}
	return all;
}

/* Begin to wait, or go on waiting, whether all stays as it is; or do not. */
static int set_settling(struct netproof *proof, bool on)
{
	int r;

	if (on == proof->settling)
		return 0;
	proof->settling = on;
	if (!on)
		return sd_event_source_set_enabled(proof->settle, SD_EVENT_OFF);
	r = sd_event_source_set_time_relative(proof->settle, SETTLE_USEC);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(proof->settle, SD_EVENT_ONESHOT);
}

/* Look at the tables. */
static int look(struct netproof *proof)
{
	struct netproof_verdict verdict;

	if (proof->finished)
		return 0;
	verdict = judge(proof);
	if (verdict.final) {
		finish(proof, &verdict.worst);
		return 0;
	}
	return set_settling(
		proof, verdict.worst.outcome == NETPROOF_HOLDS ||
			       (verdict.worst.outcome == NETPROOF_NO_CABLE && !proof->patient));
}

/* The tables changed. */
static void handle_netlink(struct netlink *nl, void *userdata)
{
	(void)look(userdata);
}

/* The event loop runs. */
static int handle_start(sd_event_source *source, void *userdata)
{
	return look(userdata);
}

/* What may not come has had its time. */
static int handle_patience(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct netproof *proof = userdata;

	proof->patient = false;
	return look(proof);
}

/* All has held for a while, or time is up: tell how it stands now. */
static int handle_verdict(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct netproof *proof = userdata;
	struct netproof_verdict verdict = judge(proof);

	finish(proof, &verdict.worst);
	return 0;
}

struct netproof *netproof_free(struct netproof *proof)
{
	if (!proof)
		return NULL;
	sd_event_source_disable_unref(proof->start);
	sd_event_source_disable_unref(proof->timeout);
	sd_event_source_disable_unref(proof->patience);
	sd_event_source_disable_unref(proof->settle);
	netlink_free(proof->nl);
	free(proof);
	return NULL;
}

static void netproof_freep(struct netproof **proof)
{
	netproof_free(*proof);
}

/* The kernel's tables, followed from now on. */
static int open_netlink(struct netproof *proof, sd_event *event)
{
	int r = netlink_new(&proof->nl);

	if (r >= 0)
		r = netlink_read_addresses(proof->nl);
	if (r >= 0)
		r = netlink_read_links(proof->nl);
	if (r >= 0)
		r = netlink_read_set_routes(proof->nl);
	if (r < 0)
		return r;
	return netlink_attach(proof->nl, event, handle_netlink, proof);
}

/* The clocks. */
static int open_timers(struct netproof *proof, sd_event *event, uint64_t timeout_usec)
{
	int r = sd_event_add_defer(event, &proof->start, handle_start, proof);

	if (r >= 0)
		r = sd_event_add_time_relative(event, &proof->timeout, CLOCK_MONOTONIC,
			timeout_usec, 1, handle_verdict, proof);
	if (r >= 0)
		r = sd_event_add_time_relative(event, &proof->patience, CLOCK_MONOTONIC,
			PATIENCE_USEC, 1, handle_patience, proof);
	if (r >= 0)
		r = sd_event_add_time_relative(
			event, &proof->settle, CLOCK_MONOTONIC, 0, 1, handle_verdict, proof);
	return r < 0 ? r : sd_event_source_set_enabled(proof->settle, SD_EVENT_OFF);
}

int netproof_new(sd_event *event, const struct net_set *old, const struct net_set *set,
	uint64_t timeout_usec, netproof_done_fn done, void *userdata, struct netproof **ret)
{
	_cleanup_(netproof_freep) struct netproof *proof = calloc(1, sizeof(*proof));
	int r;

	if (!proof)
		return -ENOMEM;
	proof->old = *old;
	proof->set = *set;
	proof->patient = true;
	proof->done = done;
	proof->userdata = userdata;
	r = open_netlink(proof, event);
	if (r < 0)
		return r;
	r = open_timers(proof, event, timeout_usec);
	if (r < 0)
		return r;
	*ret = take_ptr(proof);
	return 0;
}
