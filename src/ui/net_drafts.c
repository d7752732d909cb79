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
	return draft->touched || !net_config_equal(&draft->wanted, &draft->filled) ||
	       memcmp(&draft->texts, &untouched, sizeof(untouched)) != 0;
}

/* The family as it is kept; what the network gives is known from what is in force alone. */
static void merge_family(struct net_family *now, const struct net_family *kept)
{
	if (kept->method == NET_METHOD_STATIC || kept->method == NET_METHOD_OFF)
		*now = *kept;
	else
		now->method = kept->method;
}

/* Kept settings, and where they leave something to the network, what it gives. */
static void merge_kept(struct net_config *now, const struct net_config *kept)
{
	struct net_config merged = *kept;

	merged.v4 = now->v4;
	merged.v6 = now->v6;
	merge_family(&merged.v4, &kept->v4);
	merge_family(&merged.v6, &kept->v6);
	if (!net_family_is_automatic(&kept->v4) && !net_family_is_automatic(&kept->v6)) {
		*now = merged;
		return;
	}
	if (kept->n_dns == 0) {
		memcpy(merged.dns, now->dns, sizeof(merged.dns));
		merged.n_dns = now->n_dns;
	}
	if (kept->n_domains == 0) {
		memcpy(merged.domains, now->domains, sizeof(merged.domains));
		merged.n_domains = now->n_domains;
	}
	if (kept->n_ntp == 0) {
		memcpy(merged.ntp, now->ntp, sizeof(merged.ntp));
		merged.n_ntp = now->n_ntp;
	}
	if (kept->n_routes == 0) {
		memcpy(merged.routes, now->routes, sizeof(merged.routes));
		merged.n_routes = now->n_routes;
	}
	if (kept->mtu == 0)
		merged.mtu = now->mtu;
	*now = merged;
}

/* What is kept was set with firstboot, also where the manager does not say so (yet). */
static void claim_kept(struct net_origins *origins, const struct net_config *kept)
{
	const struct net_family *families[] = { &kept->v4, &kept->v6 };

	for (size_t i = 0; i < ARRAY_SIZE(families); i++) {
		if (families[i]->n_addresses > 0)
			origins->address[i] = ORIGIN_OPERATOR;
		if (families[i]->gateway.family != AF_UNSPEC)
			origins->gateway[i] = ORIGIN_OPERATOR;
	}
	if (kept->n_dns > 0)
		origins->dns = ORIGIN_OPERATOR;
	if (kept->n_domains > 0)
		origins->domains = ORIGIN_OPERATOR;
	if (kept->n_ntp > 0)
		origins->ntp = ORIGIN_OPERATOR;
	if (kept->mtu > 0)
		origins->mtu = ORIGIN_OPERATOR;
	if (kept->n_routes > 0)
		origins->routes = ORIGIN_OPERATOR;
}

/* What is true of a link now: in force, and kept. */
static void read_now(const struct net_drafts *drafts, const struct app *app,
	const struct link *link, struct net_config *ret, struct net_origins *ret_origins)
{
	const struct link_state *state =
		app->sysstate ? sysstate_link(app->sysstate, link->ifindex) : NULL;
	const struct net_config *kept =
		drafts->kept ? net_set_find(drafts->kept, link->name) : NULL;

	inforce_read(app->nl, link, state, ret);
	if (kept)
		merge_kept(ret, kept);
	origin_read(ret, state, ret_origins);
	if (kept)
		claim_kept(ret_origins, kept);
}

int drafts_open(struct net_drafts *drafts, const struct app *app, const char *ifname,
	struct net_draft **ret)
{
	const struct link *link = netlink_link_by_name(app->nl, ifname);
	struct net_draft *draft = drafts_find(drafts, ifname);
	struct net_origins origins;
	int r;

	if (!draft && !link)
		return -ENODEV;
	if (!draft) {
		r = add(drafts, &draft);
		if (r < 0)
			return r;
	}
	*ret = draft;
	draft->ifindex = link ? link->ifindex : 0;
	if (!link)
		return 0;
	read_now(drafts, app, link, &draft->now, &origins);
	if (*draft->filled.ifname && is_begun(draft))
		return 0;
	draft->filled = draft->wanted = draft->now;
	draft->origins = origins;
	network_texts_fill(&draft->texts, &draft->now);
	return 0;
}

/* It shall not go after all. */
static void forget_removal(struct net_drafts *drafts, const char *ifname)
{
	size_t n = 0;

	for (size_t i = 0; i < drafts->n_removed; i++)
		if (!streq(drafts->removed[i], ifname))
			memmove(drafts->removed[n++], drafts->removed[i], IFNAMSIZ);
	drafts->n_removed = n;
}

int drafts_add(struct net_drafts *drafts, const char *ifname, const struct net_device *device,
	const struct net_draft *like, struct net_draft **ret)
{
	struct net_draft *draft;
	int r;

	if (drafts_find(drafts, ifname))
		return -EEXIST;
	r = add(drafts, &draft);
	if (r < 0)
		return r;
	forget_removal(drafts, ifname);
	net_config_init(&draft->now, ifname);
	draft->filled = draft->now;
	draft->now.v4.method = draft->now.v6.method = NET_METHOD_OFF;
	if (like)
		draft->filled = like->wanted;
	memcpy(draft->filled.ifname, draft->now.ifname, IFNAMSIZ);
	draft->filled.device = *device;
	draft->wanted = draft->filled;
	network_texts_fill(&draft->texts, &draft->filled);
	*ret = draft;
	return 0;
}

/* Is it a port of the device? */
static bool has_port(const struct net_device *device, const char *port)
{
	for (size_t i = 0; i < device->n_ports; i++)
		if (device->kind == NET_DEVICE_BOND && streq(device->ports[i], port))
			return true;
	return false;
}

const char *drafts_bond_of(const struct net_drafts *drafts, const char *port)
{
	for (size_t i = 0; i < drafts->n; i++)
		if (drafts->links[i]->touched && has_port(&drafts->links[i]->wanted.device, port))
			return drafts->links[i]->wanted.ifname;
	for (size_t i = 0; drafts->kept && i < drafts->kept->n_links; i++) {
		const struct net_config *link = &drafts->kept->links[i];
		const struct net_draft *draft = drafts_find(drafts, link->ifname);

		if ((!draft || !draft->touched) && !drafts_is_removed(drafts, link->ifname) &&
			has_port(&link->device, port))
			return link->ifname;
	}
	return NULL;
}

bool drafts_is_removed(const struct net_drafts *drafts, const char *ifname)
{
	for (size_t i = 0; i < drafts->n_removed; i++)
		if (streq(drafts->removed[i], ifname))
			return true;
	return false;
}

/* Free a draft and close the gap. */
static void drop(struct net_drafts *drafts, size_t at)
{
	if (drafts->current == drafts->links[at])
		drafts->current = NULL;
	free(drafts->links[at]);
	drafts->n--;
	memmove(&drafts->links[at], &drafts->links[at + 1],
		(drafts->n - at) * sizeof(drafts->links[0]));
}

void drafts_remove(struct net_drafts *drafts, const char *ifname)
{
	char name[IFNAMSIZ];

	(void)snprintf(name, sizeof(name), "%.15s", ifname);
	for (size_t i = drafts->n; i > 0; i--)
		if (streq(drafts->links[i - 1]->wanted.ifname, name))
			drop(drafts, i - 1);
	if (streq(drafts->advertised, name))
		*drafts->advertised = 0;
	if (drafts->kept && net_set_find(drafts->kept, name) && !drafts_is_removed(drafts, name))
		memcpy(drafts->removed[drafts->n_removed++], name, sizeof(name));
}

void drafts_forget(struct net_drafts *drafts)
{
	struct net_set *kept = take_ptr(drafts->kept);

	drafts_done(drafts);
	drafts->kept = kept;
	if (kept)
		memcpy(drafts->advertised, kept->advertised, sizeof(drafts->advertised));
}

void drafts_done(struct net_drafts *drafts)
{
	while (drafts->n > 0)
		drop(drafts, drafts->n - 1);
	free(drafts->kept);
	*drafts = (struct net_drafts){ 0 };
}
