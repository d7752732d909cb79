/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "network_remarks.h"

#include <errno.h>

#include "i18n.h"
#include "lease.h"
#include "owner.h"
#include "safe_text.h"
#include "screen.h"
#include "timeservice.h"
#include "util.h"

/* What is found out about one link. */
struct remark {
	const struct net_draft *draft;
	sd_bus_slot *slot; /* the question, until it is answered */
	struct owner owner;
};

struct network_remarks {
	const struct wizard *wizard;
	size_t n;
	struct remark links[];
};

/* The answer has come: the review says more now. */
static void on_owner(const struct owner *owner, void *userdata)
{
	struct remark *remark = userdata;

	remark->owner = *owner;
	remark->slot = NULL;
	if (owner->n_rivals > 0)
		screen_wake();
}

/* Ask who sets up the link; without a bus, the files alone tell. */
static void ask(const struct app *app, struct remark *remark)
{
	const char *ifname = remark->draft->wanted.ifname;

	if (app->bus && owner_find(app->bus, app->event, "", remark->draft->ifindex, ifname,
				on_owner, remark, &remark->slot) >= 0)
		return;
	(void)owner_find_rivals("", ifname, &remark->owner);
}

int network_remarks_new(const struct wizard *wizard, struct network_remarks **ret)
{
	const struct net_drafts *drafts = &wizard->net;
	struct network_remarks *remarks =
		calloc(1, sizeof(*remarks) + drafts->n * sizeof(remarks->links[0]));

	if (!remarks)
		return -ENOMEM;
	remarks->wizard = wizard;
	for (size_t i = 0; i < drafts->n; i++) {
		struct remark *remark = &remarks->links[remarks->n];

		if (!drafts->links[i]->touched)
			continue;
		remark->draft = drafts->links[i];
		remarks->n++;
		ask(wizard->app, remark);
	}
	*ret = remarks;
	return 0;
}

struct network_remarks *network_remarks_free(struct network_remarks *remarks)
{
	for (size_t i = 0; remarks && i < remarks->n; i++)
		sd_bus_slot_unref(remarks->links[i].slot);
	free(remarks);
	return NULL;
}

/* Was the same said of an earlier link? */
static bool is_said(
	const struct network_remarks *remarks, size_t at, const struct owner_rival *rival)
{
	for (size_t i = 0; i < at; i++) {
		const struct owner *owner = &remarks->links[i].owner;

		for (size_t j = 0; j < owner->n_rivals; j++)
			if (streq(owner->rivals[j].where, rival->where) &&
				streq(owner->rivals[j].action, rival->action))
				return true;
	}
	return false;
}

/* Who else sets up the links, and what will be done about them. */
static void print_rivals(const struct network_remarks *remarks, FILE *file)
{
	for (size_t i = 0; i < remarks->n; i++) {
		const struct remark *remark = &remarks->links[i];

		for (size_t j = 0; j < remark->owner.n_rivals; j++) {
			const struct owner_rival *rival = &remark->owner.rivals[j];

			if (is_said(remarks, i, rival))
				continue;
			draw_print(file, _("\n%s also sets up %s. "),
				safe_text(rival->where, 0).text,
				safe_text(remark->draft->wanted.ifname, 0).text);
			draw_print(file, "%s\n", safe_text(rival->action, 0).text);
		}
	}
}

/* What a lease has brought, and nobody renews once it is fixed. */
static void print_losses(const struct app *app, const struct net_draft *draft, FILE *file)
{
	const struct link_state *state =
		app->sysstate ? sysstate_link(app->sysstate, draft->ifindex) : NULL;
	char texts[LEASE_LOSSES_MAX][LEASE_LOSS_SIZE];
	size_t n = lease_losses(&draft->now, &draft->wanted, state, texts);

	if (n > 0)
		draw_print(file, "%s", _("\nWhat nobody renews any more:\n"));
	for (size_t i = 0; i < n; i++)
		draw_print(file, "- %s\n", safe_text(texts[i], 0).text);
}

/* Time servers that nothing will ask. */
static void print_unused_time_servers(const struct network_remarks *remarks, FILE *file)
{
	size_t n = 0;

	for (size_t i = 0; i < remarks->n; i++)
		n += remarks->links[i].draft->wanted.n_ntp;
	if (n > 0 && timeservice_find("") == TIMESERVICE_NONE)
		draw_print(file, "%s",
			_("\nNothing will use the time servers: no time service is installed "
			  "here, neither systemd-timesyncd nor chrony. They are stored for "
			  "the day on which there is one.\n"));
}

void network_remarks_print(const struct network_remarks *remarks, FILE *file)
{
	const struct net_draft *unplugged = wizard_without_cable(remarks->wizard);

	print_rivals(remarks, file);
	for (size_t i = 0; i < remarks->n; i++)
		print_losses(remarks->wizard->app, remarks->links[i].draft, file);
	print_unused_time_servers(remarks, file);
	if (unplugged)
		draw_print(file,
			_("\n%s has no cable, so that nothing can prove these settings now. You "
			  "are asked whether to keep them; without an answer the old ones come "
			  "back.\n"),
			safe_text(unplugged->wanted.ifname, 0).text);
}
