/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "net_drafts.h"

#include <errno.h>

#include "inforce.h"
#include "page_network.h"
#include "util.h"

struct net_draft *drafts_find(const struct net_drafts *drafts, const char *ifname)
{
	for (size_t i = 0; i < drafts->n; i++)
		if (streq(drafts->links[i]->wanted.ifname, ifname))
			return drafts->links[i];
	return NULL;
}

/* A draft more. */
static int add(struct net_drafts *drafts, struct net_draft **ret)
{
	struct net_draft *draft;

	if (drafts->n == NET_LINKS_MAX)
		return -ENOSPC;
	draft = calloc(1, sizeof(*draft));
	if (!draft)
		return -ENOMEM;
	drafts->links[drafts->n++] = draft;
	*ret = draft;
	return 0;
}

/* Was anything typed or chosen for the link? */
static bool is_begun(const struct net_draft *draft)
{
	struct net_texts untouched;

	network_texts_fill(&untouched, &draft->filled);
	return draft->touched ||
	       memcmp(&draft->wanted, &draft->filled, sizeof(draft->filled)) != 0 ||
	       memcmp(&draft->texts, &untouched, sizeof(untouched)) != 0;
}

int drafts_open(
	struct net_drafts *drafts, const struct app *app, int ifindex, struct net_draft **ret)
{
	const struct link *link = netlink_link_by_index(app->nl, ifindex);
	const struct link_state *state =
		app->sysstate ? sysstate_link(app->sysstate, ifindex) : NULL;
	struct net_draft *draft;
	int r;

	if (!link)
		return -ENODEV;
	draft = drafts_find(drafts, link->name);
	if (!draft) {
		r = add(drafts, &draft);
		if (r < 0)
			return r;
	}
	draft->ifindex = ifindex;
	inforce_read(app->nl, link, state, &draft->now);
	*ret = draft;
	if (*draft->filled.ifname && is_begun(draft))
		return 0;
	draft->filled = draft->wanted = draft->now;
	network_texts_fill(&draft->texts, &draft->now);
	return 0;
}

bool drafts_touched(const struct net_drafts *drafts)
{
	for (size_t i = 0; i < drafts->n; i++)
		if (drafts->links[i]->touched)
			return true;
	return drafts->advertised_touched;
}

void drafts_change(const struct net_drafts *drafts, const struct app *app, struct net_set *ret,
	int ret_ifindexes[static NET_LINKS_MAX], uint32_t *ret_flags)
{
	*ret = (struct net_set){ 0 };
	*ret_flags = 0;
	memcpy(ret->advertised, drafts->advertised, sizeof(ret->advertised));
	for (size_t i = 0; i < drafts->n; i++) {
		const struct net_draft *draft = drafts->links[i];

		if (!draft->touched)
			continue;
		ret_ifindexes[ret->n_links] = draft->ifindex;
		ret->links[ret->n_links++] = draft->wanted;
	}
}

void drafts_applied(struct net_drafts *drafts)
{
	for (size_t i = 0; i < drafts->n; i++)
		if (drafts->links[i]->touched)
			drafts->links[i]->now = drafts->links[i]->wanted;
	drafts->advertised_touched = false;
}

void drafts_done(struct net_drafts *drafts)
{
	for (size_t i = 0; i < drafts->n; i++)
		free(drafts->links[i]);
	free(drafts->kept);
	*drafts = (struct net_drafts){ 0 };
}
