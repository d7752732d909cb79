/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* From drafts to the change that is asked of firstbootd. */

#include <errno.h>

#include "i18n.h"
#include "names.h"
#include "net_drafts.h"
#include "util.h"
#include "validate.h"

/* Does the network bring a value of this origin? */
static bool is_given(enum origin origin)
{
	return origin == ORIGIN_LEASE || origin == ORIGIN_ROUTER;
}

/* Has the link fixed addresses? */
static bool has_static(const struct net_config *config)
{
	return config->v4.method == NET_METHOD_STATIC || config->v6.method == NET_METHOD_STATIC;
}

/* Name servers and search domains where no address is fixed: those that were kept so before. */
static void settle_names(struct net_config *wanted, const struct net_config *kept)
{
	bool own = kept && !has_static(kept);

	wanted->n_dns = wanted->n_domains = 0;
	if (!own)
		return;
	memcpy(wanted->dns, kept->dns, sizeof(wanted->dns));
	memcpy(wanted->domains, kept->domains, sizeof(wanted->domains));
	wanted->n_dns = kept->n_dns;
	wanted->n_domains = kept->n_domains;
}

/* Is it the same list of time servers? */
static bool same_ntp(const struct net_config *a, const struct net_config *b)
{
	if (a->n_ntp != b->n_ntp)
		return false;
	for (size_t i = 0; i < a->n_ntp; i++)
		if (!streq(a->ntp[i], b->ntp[i]))
			return false;
	return true;
}

/* Is the route one of them? */
static bool has_route(const struct net_config *config, const struct net_route *route)
{
	for (size_t i = 0; i < config->n_routes; i++)
		if (ip_prefix_equal(&config->routes[i].destination, &route->destination) &&
			ip_equal(&config->routes[i].gateway, &route->gateway))
			return true;
	return false;
}

/* Leave routes to the network that it has given, as far as their family still is its matter. */
static void settle_routes(struct net_config *wanted, const struct net_config *filled)
{
	size_t n = 0;

	for (size_t i = 0; i < wanted->n_routes; i++) {
		const struct net_route *route = &wanted->routes[i];
		bool v6 = route->destination.addr.family == AF_INET6;

		if (!has_route(filled, route) ||
			!net_family_is_automatic(v6 ? &wanted->v6 : &wanted->v4))
			wanted->routes[n++] = *route;
	}
	memset(&wanted->routes[n], 0, (wanted->n_routes - n) * sizeof(wanted->routes[0]));
	wanted->n_routes = n;
}

/* What the network gives by itself is not ours to ask for. */
static void settle(struct net_draft *draft, const struct net_config *kept)
{
	struct net_config *wanted = &draft->wanted;

	if (wanted->v4.method != NET_METHOD_STATIC)
		wanted->v4 = (struct net_family){ .method = wanted->v4.method };
	if (wanted->v6.method != NET_METHOD_STATIC)
		wanted->v6 = (struct net_family){ .method = wanted->v6.method };
	if (is_given(draft->origins.routes))
		settle_routes(wanted, &draft->filled);
	if (has_static(wanted))
		return;
	settle_names(wanted, kept);
	if (is_given(draft->origins.ntp) && same_ntp(wanted, &draft->filled))
		wanted->n_ntp = 0;
	if (is_given(draft->origins.mtu) && wanted->mtu == draft->filled.mtu)
		wanted->mtu = 0;
}

/* Will the link have settings of its own no more? */
static bool leaves(const struct net_drafts *drafts, const char *ifname)
{
	return drafts_is_removed(drafts, ifname) || drafts_bond_of(drafts, ifname);
}

int drafts_whole(const struct net_drafts *drafts, struct net_set *ret)
{
	int r = 0;

	*ret = (struct net_set){ 0 };
	for (size_t i = 0; drafts->kept && i < drafts->kept->n_links && r >= 0; i++)
		if (!leaves(drafts, drafts->kept->links[i].ifname))
			r = net_set_put(ret, &drafts->kept->links[i]);
	for (size_t i = 0; i < drafts->n && r >= 0; i++)
		if (drafts->links[i]->touched && !leaves(drafts, drafts->links[i]->wanted.ifname))
			r = net_set_put(ret, &drafts->links[i]->wanted);
	if (net_set_find(ret, drafts->advertised))
		memcpy(ret->advertised, drafts->advertised, sizeof(ret->advertised));
	return r;
}

void drafts_settle(struct net_drafts *drafts)
{
	struct net_draft *draft = drafts->current;

	settle(draft, drafts->kept ? net_set_find(drafts->kept, draft->wanted.ifname) : NULL);
}

bool drafts_take(struct net_drafts *drafts, struct problem *ret)
{
	struct net_draft *draft = drafts->current;
	_cleanup_free_ struct net_set *whole = malloc(sizeof(*whole));
	bool before = draft->touched;

	draft->touched = true;
	if (!whole)
		problem_set(
			ret, (const char *)_("There is not enough memory to check the settings."));
	else if (drafts_whole(drafts, whole) < 0)
		problem_set(ret, (const char *)_("More than %d interfaces cannot be set up."),
			NET_LINKS_MAX);
	else if (validate_net_set(whole, ret))
		return true;
	draft->touched = before;
	return false;
}

bool drafts_touch(struct net_drafts *drafts, struct problem *ret)
{
	drafts_settle(drafts);
	return drafts_take(drafts, ret);
}

bool drafts_touched(const struct net_drafts *drafts)
{
	for (size_t i = 0; i < drafts->n; i++)
		if (drafts->links[i]->touched)
			return true;
	return drafts->advertised_touched || drafts->n_removed > 0;
}

/* Where the link is now. */
static int find_ifindex(const struct app *app, const char *ifname)
{
	const struct link *link = netlink_link_by_name(app->nl, ifname);

	return link ? link->ifindex : 0;
}

/* Leave only those that were touched. */
static void filter_touched(const struct net_drafts *drafts, struct net_set *set)
{
	size_t n = 0;

	for (size_t i = 0; i < set->n_links; i++) {
		const struct net_draft *draft = drafts_find(drafts, set->links[i].ifname);

		if (draft && draft->touched)
			set->links[n++] = set->links[i];
	}
	set->n_links = n;
}

void drafts_change(const struct net_drafts *drafts, const struct app *app, struct net_set *ret,
	int ret_ifindexes[static NET_LINKS_MAX], uint32_t *ret_flags)
{
	bool replace = false;

	for (size_t i = 0; drafts->kept && i < drafts->kept->n_links; i++)
		replace |= leaves(drafts, drafts->kept->links[i].ifname);
	(void)drafts_whole(drafts, ret);
	if (!replace)
		filter_touched(drafts, ret);
	for (size_t i = 0; i < ret->n_links; i++)
		ret_ifindexes[i] = find_ifindex(app, ret->links[i].ifname);
	*ret_flags = replace ? NET_CHANGE_REPLACE : 0;
}

void drafts_applied(struct net_drafts *drafts)
{
	_cleanup_free_ struct net_set *whole = malloc(sizeof(*whole));

	for (size_t i = 0; i < drafts->n; i++)
		if (drafts->links[i]->touched)
			drafts->links[i]->now = drafts->links[i]->wanted;
	if (drafts->kept && whole && drafts_whole(drafts, whole) >= 0)
		*drafts->kept = *whole;
	drafts->n_removed = 0;
	drafts->advertised_touched = false;
}
