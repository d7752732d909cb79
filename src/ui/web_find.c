/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which addresses are URLs. */

#include "app.h"
#include "util.h"
#include "web.h"

#define LINKS_MAX 2 /* that hold the best default route: of IPv4 and of IPv6 */

/* The links whose URLs are shown; n 0: of all. */
struct advertised {
	int ifindexes[LINKS_MAX];
	size_t n;
};

/* Is this link among them? */
static bool has_link(const struct advertised *advertised, int ifindex)
{
	for (size_t i = 0; i < advertised->n; i++)
		if (advertised->ifindexes[i] == ifindex)
			return true;
	return advertised->n == 0;
}

/* Has the link an address that a URL may hold? */
static bool is_reachable(const struct app *app, int ifindex)
{
	const struct address *addresses;
	size_t n;

	addresses = netlink_addresses_of(app->nl, ifindex, &n);
	for (size_t i = 0; i < n; i++)
		if (address_is_usable(app->nl, &addresses[i]))
			return true;
	return false;
}

/* The link with the best default route of this family, 0 for none. */
static int find_default_link(const struct app *app, int family)
{
	const struct default_route *routes;
	const struct default_route *best = NULL;
	size_t n;

	routes = netlink_default_routes(app->nl, &n);
	for (size_t i = 0; i < n; i++)
		if (routes[i].family == family && (!best || routes[i].metric < best->metric) &&
			is_reachable(app, routes[i].ifindex))
			best = &routes[i];
	return best ? best->ifindex : 0;
}

/* The configured link where it has an address, else those of the default routes, else all. */
static void find_advertised(const struct app *app, struct advertised *ret)
{
	static const int families[LINKS_MAX] = { AF_INET, AF_INET6 };
	const struct link *link = netlink_link_by_name(app->nl, app->conf.web_interface);

	*ret = (struct advertised){ 0 };
	if (link && is_reachable(app, link->ifindex)) {
		ret->ifindexes[ret->n++] = link->ifindex;
		return;
	}
	for (size_t i = 0; i < LINKS_MAX; i++) {
		int ifindex = find_default_link(app, families[i]);

		if (ifindex != 0 && (ret->n == 0 || !has_link(ret, ifindex)))
			ret->ifindexes[ret->n++] = ifindex;
	}
}

/* Add the URLs of one interface; 0: of any. */
static size_t add_urls(
	const struct app *app, int ifindex, struct web_url ret[static WEB_URLS_MAX], size_t n)
{
	const struct address *addresses;
	size_t n_addresses;

	addresses = ifindex == 0 ? netlink_addresses(app->nl, &n_addresses)
				 : netlink_addresses_of(app->nl, ifindex, &n_addresses);
	for (size_t i = 0; i < n_addresses && n < WEB_URLS_MAX; i++) {
		const struct address *address = &addresses[i];

		if (!address_is_usable(app->nl, address))
			continue;
		ret[n] = (struct web_url){ .ifindex = address->ifindex, .addr = address->ip.addr };
		url_format(&app->conf, &address->ip.addr, ret[n].url);
		n++;
	}
	return n;
}

size_t web_find_urls(const struct app *app, struct web_url ret[static WEB_URLS_MAX])
{
	const struct link *links[APP_LINKS_MAX];
	struct advertised advertised;
	size_t n_links, n_known, total, n = 0;

	netlink_links(app->nl, &n_known);
	if (n_known == 0)
		return add_urls(app, 0, ret, 0);
	find_advertised(app, &advertised);
	n_links = app_links(app, links, &total);
	for (size_t i = 0; i < n_links; i++)
		if (has_link(&advertised, links[i]->ifindex))
			n = add_urls(app, links[i]->ifindex, ret, n);
	return n;
}
