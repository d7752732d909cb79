/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network_change_parts.h"

#include <errno.h>

#include "actions.h"
#include "dialogs.h"
#include "i18n.h"
#include "network_proof.h"
#include "screen.h"
#include "util.h"

/* The step before is over, though not always with what it was about. */
static void enter_gateway(struct network_change *change)
{
	struct progress *progress = change->progress;

	if (!network_proof_addresses(change))
		progress_set(progress, change->lines[STEP_ADDRESSES], PROGRESS_WARNING,
			_("not all addresses are there yet"));
	if (network_proof_has_gateway(change))
		progress_set(progress, change->lines[STEP_GATEWAY], PROGRESS_WORKING, NULL);
	else
		progress_set(progress, change->lines[STEP_GATEWAY], PROGRESS_HIDDEN, NULL);
}

/* firstbootd has begun another step. */
static void handle_step(unsigned step, void *userdata)
{
	struct network_change *change = userdata;

	if (step >= N_TRANSACTION_STEPS)
		return;
	if (step == STEP_TAKING_BACK)
		progress_fail(change->progress);
	if (step == STEP_GATEWAY && change->lines[STEP_ADDRESSES] != PROGRESS_NONE)
		enter_gateway(change);
	else
		progress_set(change->progress, change->lines[step], PROGRESS_WORKING, NULL);
	progress_paint(0, change->progress);
}

/* The interfaces by number, as they are now; 0 where one is still to be made. */
static void find_links(const struct network_change *change, int ret[static NET_LINKS_MAX])
{
	for (size_t i = 0; i < change->set->n_links; i++) {
		const struct link *link =
			netlink_link_by_name(change->app->nl, change->set->links[i].ifname);

		ret[i] = link ? link->ifindex : 0;
	}
}

void network_change_wait(struct network_change *change, int started)
{
	reply_wait(&change->reply, started, progress_paint, change->progress);
}

/* Have firstbootd put the settings into force. False: they are not, and the reply says why. */
static bool try_settings(struct network_change *change)
{
	struct client *client = change->app->client;
	int ifindexes[NET_LINKS_MAX];

	find_links(change, ifindexes);
	change->reply = (struct reply){ 0 };
	(void)client_on_step(client, handle_step, change);
	network_change_wait(
		change, client_try_network(client, change->set, ifindexes, change->flags,
				change->seconds, reply_keep, &change->reply));
	(void)client_on_step(client, NULL, NULL);
	if (change->reply.outcome == CLIENT_OK)
		return true;
	progress_fail(change->progress);
	progress_set(change->progress, change->lines[STEP_TAKING_BACK], PROGRESS_DONE, NULL);
	if (change->awaits)
		progress_paint(0, change->progress);
	return false;
}

bool network_change_run(struct network_change *change)
{
	*change->remark = *change->doubt = 0;
	change->taken_back = false;
	progress_paint(0, change->progress);
	if (!change->app->client) {
		reply_unreachable(&change->reply);
		return false;
	}
	if (!(change->flags & NET_CHANGE_UNSAFE))
		network_proof_begin(change);
	if (!try_settings(change))
		return false;
	if (change->reply.txid == 0) {
		(void)safe_format(change->remark, sizeof(change->remark), "%s", change->reply.text);
		progress_set(change->progress, change->lines[STEP_KEEPING], PROGRESS_DONE, NULL);
		return true;
	}
	return network_change_decide(change);
}

/* -- on screens of its own -- */

/* That it is kept, and what is not well all the same. */
static void show_end(const struct network_change *change)
{
	safe_char text[REMARK_MAX + 128];

	(void)safe_format(text, sizeof(text), "%s%s%s", _("The new network settings are kept."),
		*change->remark ? OURS("\n\n") : OURS(""), change->remark);
	screen_flush_input();
	dialogs_message(change->progress->title, text);
}

/* One try. */
static bool show_once(struct network_change *change)
{
	const safe_char *title = change->progress->title;

	*change->progress = (struct progress){ .title = title };
	network_change_plan(change);
	return network_change_run(change);
}

bool network_change_show(
	struct app *app, const safe_char *title, const struct net_set *set, uint32_t flags)
{
	struct progress progress = { .title = title };
	struct network_change change = {
		.app = app, .set = set, .flags = flags, .progress = &progress
	};

	while (!show_once(&change)) {
		if (change.reply.outcome == CLIENT_NOT_PERMITTED && actions_permit(app))
			continue;
		if (progress_ask_again(&progress, change.reply.text, false) != ANSWER_NEXT)
			return false;
	}
	show_end(&change);
	return true;
}
