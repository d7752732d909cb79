/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The works that put a change into force and prove it. */

#include <errno.h>

#include "i18n.h"
#include "netlink.h"
#include "transaction_ask.h"

#define KEPT_PROOF_USEC (5 * 1000000ULL)

/* -- the back end -------------------------------------------------------------------------------
 */

int work_journal(struct transaction *t)
{
	int r;

	if (t->backend->dry)
		return 0;
	t->journal.phase = JOURNAL_TRYING;
	(void)snprintf(t->journal.backend, sizeof(t->journal.backend), "%s", t->backend->name);
	/* Even a journal whose folder could not be synced may be there after a power cut. */
	t->journaled = true;
	r = journal_write(t->apply->root, &t->journal);
	if (r == 0)
		return 0;
	t->journaled = journal_remove(t->apply->root) < 0;
	transaction_say(t,
		_("The network settings were not changed: the change could not be noted on the "
		  "disk, so that nothing would take it back after a power failure (%s)."),
		strerror(-r));
	return r;
}

/* The back end has done a step, or not. */
static void handle_step(const struct apply_result *result, void *userdata)
{
	struct transaction *t = userdata;

	t->manager_busy = false;
	if (result->text[0])
		transaction_say(t, "%s", result->text);
	transaction_go_on(t, result->ok);
}

int transaction_call_backend(struct transaction *t, backend_step_fn step)
{
	int r = step(t->apply, &t->change, handle_step, t);

	if (r < 0)
		return r;
	t->manager_busy = true;
	return 1;
}

int work_manager_try(struct transaction *t)
{
	/* Keeping stands in for it. */
	if (t->unsafe)
		return 0;
	return transaction_call_backend(t, t->backend->try_change);
}

/* -- the kernel ---------------------------------------------------------------------------------
 */

/* Say what has not come into force. */
static void say_missing(struct transaction *t, const struct netproof_result *result)
{
	const char *ifname = result->ifname;
	char addr[IP_TEXT_MAX];

	(void)ip_format(&result->addr, addr);
	switch (result->thing) {
	case NETPROOF_ADDRESS:
		transaction_say(t, _("The address %s did not come into force on %s in time."), addr,
			ifname);
		break;
	case NETPROOF_GATEWAY:
		if (*addr)
			transaction_say(t,
				_("The route by way of the gateway %s did not come into force on "
				  "%s in time."),
				addr, ifname);
		else
			transaction_say(t, _("%s got no default route in time."), ifname);
		break;
	case NETPROOF_ROUTE:
		transaction_say(t, _("The route to %s/%u did not come into force on %s in time."),
			addr, result->length, ifname);
		break;
	case NETPROOF_MTU:
		transaction_say(t,
			_("%s did not take the MTU in time; it may be too large for the card."),
			ifname);
		break;
	case NETPROOF_DEVICE:
		transaction_say(t, _("The device %s was not made in time."), ifname);
		break;
	case NETPROOF_PORT:
		transaction_say(
			t, _("%s did not become a part of %s in time."), result->port, ifname);
		break;
	}
}

/* Say what is still there although the new settings do not have it. */
static void say_leftover(struct transaction *t, const struct netproof_result *result)
{
	char addr[IP_TEXT_MAX];

	(void)ip_format(&result->addr, addr);
	if (result->thing == NETPROOF_DEVICE)
		transaction_say(t, _("The device %s is still there."), result->ifname);
	else if (result->thing == NETPROOF_ADDRESS)
		transaction_say(t,
			_("The address %s is still in force on %s, although the new settings do "
			  "not have it."),
			addr, result->ifname);
	else
		transaction_say(t,
			_("A route of before is still in force on %s, although the new settings do "
			  "not have it."),
			result->ifname);
}

/* Say how the kernel stands. Returns true when the change can stay, proven or not. */
static bool say_proof(struct transaction *t, const struct netproof_result *result)
{
	const char *ifname = result->ifname;
	char addr[IP_TEXT_MAX];

	switch (result->outcome) {
	case NETPROOF_HOLDS:
		return true;
	case NETPROOF_NO_CABLE:
		transaction_say(t,
			_("%s has no cable now; the settings take effect when it is plugged in."),
			ifname);
		return true;
	case NETPROOF_NO_LEASE:
		transaction_say(t, _("No address has come to %s from the network yet."), ifname);
		return true;
	case NETPROOF_LEFTOVER:
		say_leftover(t, result);
		return true;
	case NETPROOF_MISSING:
		say_missing(t, result);
		return false;
	case NETPROOF_DUPLICATE:
		transaction_say(t,
			_("The address %s was not set on %s: another machine on this network uses "
			  "it already. Choose an address that is free."),
			ip_format(&result->addr, addr), ifname);
		return false;
	case NETPROOF_NO_LINK:
		transaction_say(
			t, _("The network card %s has gone while it was being set up."), ifname);
		return false;
	}
	return false;
}

static void handle_proof(const struct netproof_result *result, void *userdata)
{
	struct transaction *t = userdata;
	bool stays = say_proof(t, result);

	t->result.proven = result->outcome == NETPROOF_HOLDS;
	t->proof = netproof_free(t->proof);
	transaction_go_on(t, stays);
}

/* The settings of before. What is set up again is proven as if it had had none: another program
 * may have left anything there. */
static struct net_set *settings_before(const struct transaction *t)
{
	struct net_set *before = malloc(sizeof(*before));

	if (!before)
		return NULL;
	*before = *t->journal.old;
	if (!transaction_is_again(t))
		return before;
	before->n_links = 0;
	for (size_t i = 0; i < t->journal.new->n_links; i++)
		if (!transaction_link_changes(t, i))
			before->links[before->n_links++] = t->journal.new->links[i];
	return before;
}

/* Begin to compare the kernel with the new settings. */
static int begin_proof(struct transaction *t, uint64_t timeout_usec, netproof_done_fn done)
{
	_cleanup_free_ struct net_set *before = settings_before(t);

	if (!before)
		return -ENOMEM;
	return netproof_new(
		t->apply->event, before, t->journal.new, timeout_usec, done, t, &t->proof);
}

int work_prove(struct transaction *t)
{
	int r;

	if (t->unsafe || t->backend->dry)
		return 0;
	r = begin_proof(t, t->apply->network_timeout_usec, handle_proof);
	return r < 0 ? r : 1;
}

/* The manager has set up the links again, or not. */
static void handle_set_up_again(const struct apply_result *result, void *userdata)
{
	struct transaction *t = userdata;
	int r;

	t->manager_busy = false;
	r = result->ok ? work_prove_kept(t) : 0;
	if (r <= 0)
		transaction_go_on(t, true);
}

/* Is this what setting up again may mend? */
static bool is_mendable(const struct netproof_result *result)
{
	return result->outcome == NETPROOF_NO_LEASE || result->outcome == NETPROOF_MISSING ||
	       result->outcome == NETPROOF_LEFTOVER;
}

/* What was kept holds, or has to be set up once more. */
static void handle_kept_proof(const struct netproof_result *result, void *userdata)
{
	struct transaction *t = userdata;
	struct netproof *proof = take_ptr(t->proof);

	if (is_mendable(result) && !t->set_up_again && t->backend->set_up_again) {
		t->set_up_again = true;
		if (t->backend->set_up_again(t->apply, &t->change, handle_set_up_again, t) >= 0) {
			t->manager_busy = true;
			netproof_free(proof);
			return;
		}
	}
	if (result->outcome != NETPROOF_HOLDS) {
		(void)say_proof(t, result);
		t->proven = false;
		if (t->outcome == HISTORY_KEPT_PROVEN)
			t->outcome = HISTORY_KEPT_UNPROVEN;
	}
	netproof_free(proof);
	transaction_go_on(t, true);
}

int work_prove_kept(struct transaction *t)
{
	int r;

	/* What the try could not prove is not waited for a second time. */
	if (t->backend->dry || (!t->proven && !t->recovering))
		return 0;
	r = begin_proof(t, KEPT_PROOF_USEC, handle_kept_proof);
	return r < 0 ? 0 : 1;
}

/* -- the gateway --------------------------------------------------------------------------------
 */

/* Did this one answer before the change? */
static bool was_known(const struct transaction *t, const struct ip_addr *addr)
{
	for (size_t i = 0; i < t->n_known; i++)
		if (ip_equal(&t->known[i], addr))
			return true;
	return false;
}

/* A rival on a link that could not be asked before takes the change back; a silent gateway leaves
 * it unproven. */
static int judge_after(
	struct transaction *t, const struct asking *asking, const struct neighbour *all, size_t n)
{
	char addr[IP_TEXT_MAX];

	if (asking->purpose == NEIGHBOUR_RIVAL)
		return transaction_judge_rival(t, asking, all, n);
	for (size_t i = 0; i < n; i++) {
		if (all[i].answered)
			continue;
		t->result.proven = false;
		(void)ip_format(&all[i].addr, addr);
		if (was_known(t, &all[i].addr))
			transaction_say(t,
				_("The gateway %s does not answer on %s any more; it did before "
				  "the "
				  "change."),
				addr, asking->config->ifname);
		else
			transaction_say(t, _("The gateway %s does not answer on %s."), addr,
				asking->config->ifname);
	}
	return 0;
}

/* Gateways that the network itself has given to a link. */
static size_t automatic_gateways(
	const struct netlink *nl, const struct net_config *config, struct ip_addr *ret, size_t room)
{
	int ifindex = (int)if_nametoindex(config->ifname);
	const struct default_route *routes;
	size_t n, found = 0;

	routes = netlink_default_routes(nl, &n);
	for (size_t i = 0; i < n && found < room; i++) {
		const struct net_family *family =
			routes[i].family == AF_INET ? &config->v4 : &config->v6;

		if (routes[i].ifindex == ifindex && routes[i].gateway.family != AF_UNSPEC &&
			net_family_is_automatic(family))
			ret[found++] = routes[i].gateway;
	}
	return found;
}

/* Ask a link's gateways, and for rivals where that could not be done before. */
static int ask_about(struct transaction *t, const struct netlink *nl, size_t i)
{
	const struct net_config *config = &t->journal.new->links[i];
	struct ip_addr addrs[NEIGHBOURS_MAX];
	size_t n = transaction_gateways(config, addrs);
	int r;

	r = transaction_ask(t, config, NEIGHBOUR_GATEWAY, addrs,
		n + automatic_gateways(nl, config, addrs + n, NEIGHBOURS_MAX - n));
	if (r == 0 && n > 0 && t->result.proven) {
		t->result.proven = false;
		transaction_say(t, _("Whether the gateway answers could not be found out on %s."),
			config->ifname);
	}
	if (r < 0 || t->asked_rivals[i])
		return r;
	return transaction_ask(
		t, config, NEIGHBOUR_RIVAL, addrs, transaction_new_addresses(t, config, addrs));
}

int work_ask_after(struct transaction *t)
{
	_cleanup_(netlink_freep) struct netlink *nl = NULL;
	int r;

	if (t->unsafe || t->backend->dry)
		return 0;
	r = netlink_new(&nl);
	if (r >= 0)
		r = netlink_read_routes(nl);
	t->n_askings = t->n_answered = 0;
	t->judge = judge_after;
	for (size_t i = 0; r >= 0 && i < t->journal.new->n_links; i++)
		if (transaction_link_changes(t, i))
			r = ask_about(t, nl, i);
	return r < 0 ? r : t->n_askings > 0;
}

/* -- the end of waiting -------------------------------------------------------------------------
 */

void transaction_stop_waiting(struct transaction *t)
{
	for (size_t i = 0; i < t->n_askings; i++)
		t->askings[i].probe = neighbour_probe_free(t->askings[i].probe);
	t->n_askings = t->n_answered = 0;
	t->proof = netproof_free(t->proof);
	t->owner_slot = sd_bus_slot_unref(t->owner_slot);
}
