/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* /etc/resolv.conf where neither systemd-resolved nor NetworkManager makes it of the DNS servers of
 * the links: their own, and those of their leases, which a unit makes us follow. What it was is
 * kept beside the other state, and put back when ours go. */

#include <errno.h>
#include <limits.h>

#include "atomic_file.h"
#include "network1.h"
#include "resolvconf.h"
#include "surroundings_parts.h"
#include "sysstate.h"

#define RESOLV_CONF SURROUNDINGS_RESOLV_CONF
#define OLD_TEXT    SURROUNDINGS_OLD_TEXT
#define OLD_LINK    SURROUNDINGS_OLD_LINK
#define FOLLOWED    STATEDIR "/resolv.conf.follow" /* it says what leases say */
#define FOLLOW_UNIT "firstboot-resolvconf.path"	   /* calls FollowLeases while that file is there */
#define ANSWER_USEC 1000000

/* What goes into the file. */
struct contents {
	struct net_config all;
	char zones[NET_DNS_MAX][IFNAMSIZ]; /* of all.dns */
};

/* Add a server that is reached by ifname, unless it is there already. */
static void add_dns(struct contents *contents, const struct ip_addr *server, const char *ifname)
{
	struct net_config *all = &contents->all;
	bool zoned = ip_needs_zone(server);

	for (size_t i = 0; i < all->n_dns; i++)
		if (ip_equal(&all->dns[i], server) && (!zoned || streq(contents->zones[i], ifname)))
			return;
	if (all->n_dns == NET_DNS_MAX)
		return;
	(void)snprintf(contents->zones[all->n_dns], IFNAMSIZ, "%s", ifname);
	all->dns[all->n_dns++] = *server;
}

static void add_domain(struct contents *contents, const char *domain)
{
	struct net_config *all = &contents->all;

	for (size_t i = 0; i < all->n_domains; i++)
		if (streq(all->domains[i], domain))
			return;
	if (all->n_domains < NET_DOMAINS_MAX)
		(void)snprintf(all->domains[all->n_domains++], DOMAIN_MAX, "%s", domain);
}

/* Add what networkd has of the network on a link. */
static void add_lease(const struct surroundings *s, const char *ifname, struct contents *contents)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	_cleanup_free_ struct link_state *state = calloc(1, sizeof(*state));
	const char *json;

	if (*s->root || !s->apply->bus || !state ||
		network1_ask(s->apply->bus, "DescribeLink", (int)if_nametoindex(ifname),
			ANSWER_USEC, &reply) < 0 ||
		sd_bus_message_read(reply, "s", &json) < 0 || link_state_parse(json, state) < 0)
		return;
	for (size_t i = 0; i < state->n_dns; i++)
		add_dns(contents, &state->dns[i], ifname);
	for (size_t i = 0; i < state->n_domains; i++)
		add_domain(contents, state->domains[i]);
}

/* The servers and domains of all links that nobody else stands behind. Returns whether leases have
 * a part in them. */
static bool collect(const struct surroundings *s, struct contents *contents)
{
	bool leases = false;

	for (size_t i = 0; i < s->set->n_links && !s->resolved_exists; i++) {
		const struct net_config *config = &s->set->links[i];

		if (!surroundings_is_networkds(s, config->ifname))
			continue;
		for (size_t j = 0; j < config->n_dns; j++)
			add_dns(contents, &config->dns[j], config->ifname);
		for (size_t j = 0; j < config->n_domains; j++)
			add_domain(contents, config->domains[j]);
		if (s->nm_runs || config->n_dns > 0 ||
			(!net_family_is_automatic(&config->v4) &&
				!net_family_is_automatic(&config->v6)))
			continue;
		leases = true;
		add_lease(s, config->ifname, contents);
	}
	return leases;
}

/* Be told when the leases change, or not any more. */
static int follow_leases(struct surroundings *s, bool wanted)
{
	int r = surroundings_put(
		s, FOLLOWED, wanted ? "/etc/resolv.conf says what the leases say.\n" : NULL);

	if (r > 0)
		surroundings_call_systemd(s, wanted ? "StartUnit" : "StopUnit", FOLLOW_UNIT);
	return r;
}

/* Is this text one that resolvconf_render() has made? */
static bool is_ours(const char *text)
{
	size_t line = strcspn(RESOLVCONF_HEAD, "\n");

	return strncmp(text, RESOLVCONF_HEAD, line + 1) == 0;
}

/* Keep what the file is, unless it is ours already. A power cut leaves both or the old one. */
static int keep_old(struct surroundings *s)
{
	_cleanup_free_ char *text = NULL;
	char target[PATH_MAX];
	int r;

	r = file_link(s->root, RESOLV_CONF, sizeof(target), target);
	if (r >= 0) {
		r = atomic_remove(s->root, OLD_TEXT);
		return r < 0 ? r : atomic_write(s->root, OLD_LINK, target, 0600);
	}
	r = file_read(s->root, RESOLV_CONF, SURROUNDINGS_FILE_MAX, &text);
	if (r == -ENOENT)
		return 0;
	if (r < 0 || is_ours(text))
		return r < 0 ? r : 0;
	r = atomic_remove(s->root, OLD_LINK);
	return r < 0 ? r : atomic_write(s->root, OLD_TEXT, text, 0600);
}

/* Put back what it was; nothing where there was nothing. */
static int put_old(struct surroundings *s)
{
	_cleanup_free_ char *text = NULL, *target = NULL;
	int r;

	r = file_read(s->root, OLD_LINK, PATH_MAX, &target);
	if (r >= 0)
		return atomic_link(s->root, RESOLV_CONF, target);
	if (r == -ENOENT)
		r = file_read(s->root, OLD_TEXT, SURROUNDINGS_FILE_MAX, &text);
	if (r >= 0)
		return atomic_write(s->root, RESOLV_CONF, text, 0644);
	return r == -ENOENT ? atomic_remove(s->root, RESOLV_CONF) : r;
}

/* What it was, where that was a text. */
static void foresee_old(struct surroundings *s, const char *text)
{
	_cleanup_free_ char *old = NULL;

	(void)file_read(s->root, OLD_TEXT, SURROUNDINGS_FILE_MAX, &old);
	s->plan->file(RESOLV_CONF, text, old, s->plan->userdata);
}

/* Nothing of ours shall be in it. */
static int restore(struct surroundings *s)
{
	_cleanup_free_ char *text = NULL;
	int r;

	r = file_read(s->root, RESOLV_CONF, SURROUNDINGS_FILE_MAX, &text);
	/* A link, or no text: somebody else's since then. */
	if (r < 0 && r != -ENOENT && r != -ELOOP && r != -EINVAL && r != -EFBIG)
		return r;
	if (s->plan) {
		if (text && is_ours(text))
			foresee_old(s, text);
		return 0;
	}
	if (text && is_ours(text)) {
		r = put_old(s);
		if (r < 0)
			return r;
	}
	r = atomic_remove(s->root, OLD_TEXT);
	return r < 0 ? r : atomic_remove(s->root, OLD_LINK);
}

int follow_resolvconf(struct surroundings *s)
{
	_cleanup_free_ char *text = NULL, *old = NULL;
	struct contents contents = { 0 };
	int r;

	r = follow_leases(s, collect(s, &contents));
	if (r < 0)
		return r;
	if (contents.all.n_dns == 0)
		return restore(s);
	r = resolvconf_render(&contents.all, contents.zones, &text);
	if (r < 0)
		return r;
	if (file_read(s->root, RESOLV_CONF, SURROUNDINGS_FILE_MAX, &old) >= 0 && streq(old, text))
		return 0;
	if (s->plan) {
		s->plan->file(RESOLV_CONF, old, text, s->plan->userdata);
		return 0;
	}
	r = keep_old(s);
	return r < 0 ? r : atomic_write(s->root, RESOLV_CONF, text, 0644);
}
