/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which links are shown, and whose managers are asked of them. */

#include "app.h"

#include <limits.h>
#include <linux/if.h>
#include <malloc.h>

#include "util.h"

/* The smallest metric of the link's default routes; UINT_MAX where it has none. */
static unsigned link_metric(const struct app *app, int ifindex)
{
	const struct default_route *routes;
	unsigned best = UINT_MAX;
	size_t n;

	routes = netlink_default_routes(app->nl, &n);
	for (size_t i = 0; i < n; i++)
		if (routes[i].ifindex == ifindex && routes[i].metric < best)
			best = routes[i].metric;
	return best;
}

/* Does link stand before other? */
static bool link_before(const struct app *app, const struct link *link, const struct link *other)
{
	unsigned metric = link_metric(app, link->ifindex);
	unsigned other_metric = link_metric(app, other->ifindex);

	if (metric != other_metric)
		return metric < other_metric;
	return (link->flags & IFF_LOWER_UP) && !(other->flags & IFF_LOWER_UP);
}

size_t app_links(const struct app *app, const struct link *ret_links[static APP_LINKS_MAX],
	size_t *ret_total)
{
	const struct link *links;
	size_t n, n_shown = 0, total = 0;

	links = netlink_links(app->nl, &n);
	for (size_t i = 0; i < n; i++) {
		size_t at;

		if (!link_is_customers(app->nl, &links[i]))
			continue;
		total++;
		for (at = n_shown; at > 0 && link_before(app, &links[i], ret_links[at - 1]); at--)
			if (at < APP_LINKS_MAX)
				ret_links[at] = ret_links[at - 1];
		if (at < APP_LINKS_MAX)
			ret_links[at] = &links[i];
		if (n_shown < APP_LINKS_MAX)
			n_shown++;
	}
	*ret_total = total;
	return n_shown;
}

bool app_follows_link(const struct app *app, int ifindex)
{
	for (size_t i = 0; i < app->n_asked; i++)
		if (app->asked[i] == ifindex)
			return true;
	return false;
}

/* May this link be followed on: it is shown, or it is there and takes the room of no other? */
static bool may_follow(
	const struct app *app, const struct link *const *shown, size_t n, int ifindex)
{
	for (size_t i = 0; i < n; i++)
		if (shown[i]->ifindex == ifindex)
			return true;
	return app->n_asked < ARRAY_SIZE(app->asked) && netlink_link_by_index(app->nl, ifindex);
}

/* Let go of the links that are gone. */
static void forget_links(struct app *app, const struct link *const *shown, size_t n)
{
	size_t n_kept = 0;

	for (size_t i = 0; i < app->n_asked; i++)
		if (may_follow(app, shown, n, app->asked[i]))
			app->asked[n_kept++] = app->asked[i];
		else
			sysstate_forget_link(app->sysstate, app->asked[i]);
	/* What their managers had told lies between things that stay. */
	if (n_kept < app->n_asked)
		(void)malloc_trim(0);
	app->n_asked = n_kept;
}

void app_follow_links(struct app *app)
{
	const struct link *links[APP_LINKS_MAX];
	size_t n, total;

	if (!app->sysstate)
		return;
	n = app_links(app, links, &total);
	forget_links(app, links, n);
	for (size_t i = 0; i < n && app->n_asked < ARRAY_SIZE(app->asked); i++) {
		if (app_follows_link(app, links[i]->ifindex))
			continue;
		app->asked[app->n_asked++] = links[i]->ifindex;
		sysstate_query_link(app->sysstate, links[i]->ifindex);
	}
}
