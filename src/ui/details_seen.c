/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "details_seen.h"

#include "util.h"

/* Have no more told of the link that was kept in a place. */
static void let_go(const struct details_seen *seen, size_t at, struct app *app)
{
	int ifindex = seen->links[at].link.ifindex;

	if (ifindex && app->sysstate && !app_follows_link(app, ifindex))
		sysstate_forget_link(app->sysstate, ifindex);
}

/* Where a link is kept, DETAILS_SEEN_MAX where it is not. */
static size_t find(const struct details_seen *seen, int ifindex)
{
	size_t at = 0;

	while (at < DETAILS_SEEN_MAX && seen->links[at].link.ifindex != ifindex)
		at++;
	return at;
}

const struct link_facts *details_seen_look(
	struct details_seen *seen, struct app *app, const struct link *link)
{
	size_t at = find(seen, link->ifindex);

	if (at < DETAILS_SEEN_MAX && memcmp(&seen->links[at].link, link, sizeof(*link)) == 0)
		return &seen->links[at].facts;
	if (at == DETAILS_SEEN_MAX) {
		at = seen->next++ % DETAILS_SEEN_MAX;
		let_go(seen, at, app);
		if (app->sysstate && !app_follows_link(app, link->ifindex))
			(void)sysstate_query_link(app->sysstate, link->ifindex);
	}
	seen->links[at].link = *link;
	link_facts_read(app->nl, link, &seen->links[at].facts);
	return &seen->links[at].facts;
}

void details_seen_forget(struct details_seen *seen, struct app *app)
{
	for (size_t at = 0; at < DETAILS_SEEN_MAX; at++)
		let_go(seen, at, app);
}
