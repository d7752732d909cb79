/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What drafts would change, as rows. */

#include "i18n.h"
#include "net_drafts.h"
#include "page_network.h"
#include "safe_text.h"
#include "util.h"

/* Does the network go on giving what it has given so far? */
static bool goes_on(const struct net_config *now, const struct net_config *wanted)
{
	if (net_family_is_automatic(&now->v4))
		return net_family_is_automatic(&wanted->v4);
	return net_family_is_automatic(&now->v6) && net_family_is_automatic(&wanted->v6);
}

/* Name servers and search domains that it has given. */
static void add_names(const struct net_draft *draft, struct net_config *wanted)
{
	const struct net_config *now = &draft->now;

	if (wanted->n_dns == 0 && draft->origins.dns != ORIGIN_OPERATOR) {
		memcpy(wanted->dns, now->dns, sizeof(wanted->dns));
		wanted->n_dns = now->n_dns;
	}
	if (wanted->n_domains == 0 && draft->origins.domains != ORIGIN_OPERATOR) {
		memcpy(wanted->domains, now->domains, sizeof(wanted->domains));
		wanted->n_domains = now->n_domains;
	}
}

/* Time servers, MTU and routes likewise. */
static void add_details(const struct net_draft *draft, struct net_config *wanted)
{
	const struct net_config *now = &draft->now;

	if (wanted->n_ntp == 0 && draft->origins.ntp != ORIGIN_OPERATOR) {
		memcpy(wanted->ntp, now->ntp, sizeof(wanted->ntp));
		wanted->n_ntp = now->n_ntp;
	}
	if (wanted->mtu == 0 && draft->origins.mtu != ORIGIN_OPERATOR)
		wanted->mtu = now->mtu;
	if (wanted->n_routes == 0 && draft->origins.routes != ORIGIN_OPERATOR) {
		memcpy(wanted->routes, now->routes, sizeof(wanted->routes));
		wanted->n_routes = now->n_routes;
	}
}

/* Are the routes the same? A manager tells them in any order. */
static bool has_same_routes(const struct net_config *a, const struct net_config *b)
{
	size_t n = 0;

	for (size_t i = 0; i < a->n_routes; i++)
		for (size_t j = 0; j < b->n_routes; j++)
			n += ip_prefix_equal(
				     &a->routes[i].destination, &b->routes[j].destination) &&
			     ip_equal(&a->routes[i].gateway, &b->routes[j].gateway) &&
			     a->routes[i].metric == b->routes[j].metric;
	return n == a->n_routes && n == b->n_routes;
}

/* What was asked for, in the terms in which the present is known: a lease that stays brings what it
 * has brought so far. */
static void make_comparable(const struct net_draft *draft, struct net_config *ret)
{
	*ret = draft->wanted;
	if (has_same_routes(&draft->now, ret))
		memcpy(ret->routes, draft->now.routes, sizeof(ret->routes));
	if (!goes_on(&draft->now, ret))
		return;
	add_names(draft, ret);
	add_details(draft, ret);
}

size_t drafts_link_rows(const struct net_drafts *drafts, const struct net_draft *draft,
	struct review_row *rows, size_t max)
{
	struct net_config wanted;

	if (!draft->touched || drafts_bond_of(drafts, draft->wanted.ifname))
		return 0;
	make_comparable(draft, &wanted);
	return review_link(&draft->now, &wanted, rows, max);
}

/* The rows of the network beside those of its links that stay. */
static size_t other_rows(const struct net_drafts *drafts, struct review_row *rows, size_t max)
{
	const char *before = drafts->kept ? drafts->kept->advertised : "";
	const char *after = drafts->advertised_touched ? drafts->advertised : before;
	safe_char device[SAFE_TEXT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < drafts->n_removed; i++) {
		const struct net_config *kept = net_set_find(drafts->kept, drafts->removed[i]);

		if (!kept)
			continue;
		network_write_device(&kept->device, device, sizeof(device));
		n += review_value(drafts->removed[i], safe_bytes(device), safe_bytes(_("removed")),
			rows + n, max - n);
	}
	return n + review_value(safe_bytes(_("Web address names")),
			   *before ? before : safe_bytes(_("automatic")),
			   *after ? after : safe_bytes(_("automatic")), rows + n, max - n);
}

size_t drafts_rows(const struct net_drafts *drafts, struct review_row *rows, size_t max)
{
	size_t n = 0;

	for (size_t i = 0; i < drafts->n; i++)
		n += drafts_link_rows(drafts, drafts->links[i], rows + n, max - n);
	return n + other_rows(drafts, rows + n, max - n);
}
