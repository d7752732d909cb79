/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What happens in a change of the network, as lines. */

#include "i18n.h"
#include "names.h"
#include "network_change.h"
#include "network_words.h"
#include "safe_text.h"
#include "util.h"

#define WORDS_MAX 160

/* What the lines are made from. */
struct plan {
	safe_char addresses[WORDS_MAX]; /* "192.0.2.10", ...; "" where none is fixed */
	safe_char prefixes[WORDS_MAX];	/* "192.0.2.10/24", ... */
	safe_char gateways[WORDS_MAX];
	safe_char names[WORDS_MAX]; /* "enp1s0", ... */
	bool automatic;		    /* some address is to come from the network */
};

/* Gather it. */
static void read_set(const struct net_set *set, struct plan *ret)
{
	struct word_list addresses = word_list_begin(ret->addresses, WORDS_MAX),
			 prefixes = word_list_begin(ret->prefixes, WORDS_MAX),
			 gateways = word_list_begin(ret->gateways, WORDS_MAX),
			 names = word_list_begin(ret->names, WORDS_MAX);

	ret->automatic = false;
	for (size_t i = 0; i < set->n_links; i++) {
		const struct net_config *link = &set->links[i];

		network_words_addresses(link, false, &addresses);
		network_words_addresses(link, true, &prefixes);
		network_words_gateways(link, &gateways);
		word_list_add(&names, safe_text(link->ifname, 0).text);
		ret->automatic = ret->automatic || network_is_automatic(link);
	}
}

/* Does nobody else use the addresses? */
static size_t plan_check(struct progress *progress, const struct plan *plan)
{
	safe_char working[PROGRESS_LINE_MAX], done[PROGRESS_LINE_MAX];

	if (!*plan->addresses)
		return PROGRESS_NONE;
	(void)safe_format(working, sizeof(working), _("looking whether another machine uses %s"),
		plan->addresses);
	(void)safe_format(done, sizeof(done), _("nobody else uses %s"), plan->addresses);
	return progress_add(progress, _("use by others"), working, done);
}

/* Has the link what was asked for? */
static size_t plan_addresses(
	struct progress *progress, const struct plan *plan, const struct net_set *set)
{
	safe_char working[PROGRESS_LINE_MAX], done[PROGRESS_LINE_MAX];

	if (set->n_links == 1 && *plan->prefixes) {
		(void)safe_format(working, sizeof(working), _("waiting for %s on %s"),
			plan->prefixes, plan->names);
		(void)safe_format(
			done, sizeof(done), _("%s is on %s"), plan->prefixes, plan->names);
	} else if (set->n_links > 0 && plan->automatic) {
		(void)safe_format(working, sizeof(working),
			_("waiting for the network to give %s an address"), plan->names);
		(void)safe_format(
			done, sizeof(done), _("the addresses of %s are there"), plan->names);
	} else {
		(void)safe_format(working, sizeof(working), _("waiting for the addresses of %s"),
			*plan->names ? plan->names : _("all network cards"));
		(void)safe_format(done, sizeof(done), _("the addresses of %s are there"),
			*plan->names ? plan->names : _("all network cards"));
	}
	return progress_add(progress, _("addresses"), working, done);
}

/* Does the gateway answer? */
static size_t plan_gateway(struct progress *progress, const struct plan *plan)
{
	safe_char working[PROGRESS_LINE_MAX], done[PROGRESS_LINE_MAX];

	if (!*plan->gateways && !plan->automatic)
		return PROGRESS_NONE;
	(void)safe_format(working, sizeof(working),
		*plan->gateways ? _("asking the gateway %s") : _("asking the gateway"),
		plan->gateways);
	(void)safe_format(done, sizeof(done),
		*plan->gateways ? _("the gateway %s answers") : _("the gateway answers"),
		plan->gateways);
	return progress_add(progress, _("gateway"), working, done);
}

/* What firstbootd proves, then what we do. */
static void plan_proofs(struct network_change *change, const struct plan *plan)
{
	struct progress *progress = change->progress;

	change->lines[STEP_ADDRESSES] = plan_addresses(progress, plan, change->set);
	change->lines[STEP_GATEWAY] = plan_gateway(progress, plan);
	change->dns_line = progress_add(progress, _("name servers"), _("asking the name servers"),
		_("the name servers answer"));
	if (change->app->conf.web_enabled)
		change->web_line = progress_add(progress, _("web interface"),
			_("opening the web interface"), _("the web interface answers"));
}

/* A line that is not announced. */
static size_t add_hidden(struct progress *progress, const safe_char *working, const safe_char *done)
{
	size_t at = progress_add(progress, OURS(""), working, done);

	if (at != PROGRESS_NONE)
		progress->lines[at].state = PROGRESS_HIDDEN;
	return at;
}

void network_change_plan(struct network_change *change)
{
	struct progress *progress = change->progress;
	bool safe = !(change->flags & NET_CHANGE_UNSAFE);
	struct plan plan;

	read_set(change->set, &plan);
	for (size_t i = 0; i < N_TRANSACTION_STEPS; i++)
		change->lines[i] = PROGRESS_NONE;
	change->dns_line = change->web_line = PROGRESS_NONE;
	if (safe)
		change->lines[STEP_CHECKING] = plan_check(progress, &plan);
	change->lines[STEP_WRITING] = progress_add(progress, _("network settings"),
		_("writing the network settings"), _("network settings written"));
	if (safe)
		plan_proofs(change, &plan);
	change->lines[STEP_KEEPING] =
		add_hidden(progress, _("keeping the network settings"), _("network settings kept"));
	change->lines[STEP_TAKING_BACK] = add_hidden(progress,
		_("putting the old network settings back"), _("the old network settings are back"));
}
