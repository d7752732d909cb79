/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Names that lead to this machine: its hostname with each domain that it may be in. What is shown
 * has been resolved, to an address that is shown as well. */

#include <ctype.h>
#include <sys/inotify.h>

#include "usec.h"
#include "util.h"
#include "web_parts.h"

#define RESOLVER_DIR  "/etc"
#define RESOLVER_FILE "resolv.conf"

#define ASKED_AGAIN_USEC (10 * USEC_PER_SEC)
#define PAUSE_USEC	 USEC_PER_SEC

/* FNV-1a: one more stretch of bytes in a digest. */
static void mix(uint64_t *digest, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++)
		*digest = (*digest ^ bytes[i]) * 0x100000001b3ULL;
}

/* Could this be a host's name in a URL, and not every machine's? */
static bool is_name(const char *name)
{
	for (const char *c = name; *c; c++)
		if (!isascii(*c) || (!isalnum((unsigned char)*c) && *c != '-' && *c != '.'))
			return false;
	return *name && strncmp(name, "localhost", strlen("localhost")) != 0;
}

/* Another candidate, unless it is one already. */
static void add(struct web_name *names, size_t *n, const char *host, const char *domain)
{
	char name[WEB_CANDIDATE_MAX];

	if ((size_t)snprintf(name, sizeof(name), "%s%s%s", host, *domain ? "." : "", domain) >=
			sizeof(name) ||
		*n == WEB_NAMES_MAX || !is_name(name))
		return;
	for (size_t i = 0; i < *n; i++)
		if (streq(names[i].name, name))
			return;
	memcpy(names[*n].name, name, sizeof(name));
	(*n)++;
}

/* The state of each link that is shown, where it is known. */
struct states {
	const struct link_state *of[APP_LINKS_MAX];
	size_t n;
};

static void list_states(const struct app *app, struct states *ret)
{
	const struct link *links[APP_LINKS_MAX];
	size_t total, n = app_links(app, links, &total);

	ret->n = 0;
	for (size_t i = 0; i < n && app->sysstate; i++) {
		ret->of[ret->n] = sysstate_link(app->sysstate, links[i]->ifindex);
		ret->n += ret->of[ret->n] != NULL;
	}
}

/* The host in each of these domains; one place is left for mDNS. */
static void add_domains(struct web_name *names, size_t *n, const char *host,
	const char domains[][DOMAIN_MAX], size_t n_domains)
{
	for (size_t i = 0; i < n_domains && *n + 1 < WEB_NAMES_MAX; i++)
		add(names, n, host, domains[i]);
}

/* Hostname and domains as candidates; the last is for mDNS (RFC 6762). */
static size_t find_candidates(
	const struct states *states, struct web_name names[static WEB_NAMES_MAX])
{
	char host[HOST_NAME_SIZE];
	size_t n = 0;

	sysstate_hostname(host);
	if (strchr(host, '.')) {
		add(names, &n, host, "");
		return n;
	}
	for (size_t i = 0; i < states->n; i++) {
		const struct link_state *state = states->of[i];

		add_domains(names, &n, host, state->domains, state->n_domains);
		/* A server of the network may know the machine whether or not names are searched
		 * for in its domain. */
		add_domains(names, &n, host, state->lease.domains, state->lease.n_domains);
	}
	if (*host)
		add(names, &n, host, "local");
	return n;
}

/* What the answers depend on: the names, who is asked, and the addresses. */
static uint64_t digest_surroundings(
	const struct web *web, const struct states *states, const struct web_name *names, size_t n)
{
	uint64_t digest = 0xcbf29ce484222325ULL;

	for (size_t i = 0; i < n; i++)
		mix(&digest, names[i].name, strlen(names[i].name) + 1);
	for (size_t i = 0; i < states->n; i++)
		mix(&digest, states->of[i]->dns,
			states->of[i]->n_dns * sizeof(*states->of[i]->dns));
	for (size_t i = 0; i < web->n; i++)
		if (!*web->urls[i].host)
			mix(&digest, &web->urls[i].addr, sizeof(web->urls[i].addr));
	return digest;
}

/* Keep what was found out about a name that is still one. */
static void keep_addresses(const struct web *web, struct web_name *name)
{
	for (size_t i = 0; i < web->n_names; i++)
		if (streq(web->names[i].name, name->name)) {
			memcpy(name->addrs, web->names[i].addrs, sizeof(name->addrs));
			name->n_addrs = web->names[i].n_addrs;
		}
}

void web_look_at_names(struct web *web, uint64_t now)
{
	struct web_name names[WEB_NAMES_MAX] = { 0 };
	struct states states;
	size_t n = 0;
	uint64_t digest;

	list_states(web->app, &states);
	if (web->config.enabled && web->n > 0)
		n = find_candidates(&states, names);
	digest = digest_surroundings(web, &states, names, n);
	if (digest == web->surroundings)
		return;
	web->surroundings = digest;
	for (size_t i = 0; i < n; i++) {
		names[i].web = web;
		keep_addresses(web, &names[i]);
	}
	web_names_done(web);
	memcpy(web->names, names, sizeof(names));
	web->n_names = n;
	/* What was this machine's name is none any more, before the new one is known. */
	(void)web_take_urls(web);
	schedule_event(&web->naming, now, WEB_RARE_GAP_USEC);
}

/* Other servers are asked by the C library from now on, or notices were lost (no name). */
static int on_files(sd_event_source *source, const struct inotify_event *event, void *userdata)
{
	struct web *web = userdata;

	if (event->len > 0 && !streq(event->name, RESOLVER_FILE))
		return 0;
	schedule_event(&web->naming, web_now(web), WEB_RARE_GAP_USEC);
	web_arm(web);
	return 0;
}

void web_watch_names(struct web *web)
{
	/* A file that takes its place is seen in the folder alone. */
	(void)sd_event_add_inotify(web->app->event, &web->resolver_files, RESOLVER_DIR,
		IN_CLOSE_WRITE | IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_ONLYDIR,
		on_files, web);
}

/* Has this machine the address, and could another one reach it there? */
static bool is_ours(const struct netlink *nl, const struct ip_addr *addr)
{
	const struct address *addresses;
	size_t n;

	addresses = netlink_addresses(nl, &n);
	for (size_t i = 0; i < n; i++)
		if (ip_equal(&addresses[i].ip.addr, addr))
			return !ip_is_loopback(addr);
	return false;
}

/* The first of the URLs whose address is among those of the name. A name that may lead to another
 * machine as well leads to none of them for sure. */
static const struct web_url *find_url(
	const struct web_name *name, const struct web_url *urls, size_t n)
{
	for (size_t i = 0; i < name->n_addrs; i++)
		if (!is_ours(name->web->app->nl, &name->addrs[i]))
			return NULL;
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < name->n_addrs; j++)
			if (ip_equal(&urls[i].addr, &name->addrs[j]))
				return &urls[i];
	return NULL;
}

/* Who is told of a new name or address needs a moment until all that ask are told, and nobody says
 * when: while one of the names leads nowhere, ask a few times more. */
static void ask_again(struct web *web, uint64_t now)
{
	bool found = true;

	for (size_t i = 0; i < web->n_names; i++) {
		if (web->names[i].slot)
			return;
		found = found && find_url(&web->names[i], web->urls, web->n);
	}
	if (!found && now - web->naming.event < ASKED_AGAIN_USEC)
		web->naming.due = now + PAUSE_USEC;
}

/* The resolver has answered. */
static void on_resolved(int error, const struct ip_addr *addrs, size_t n, void *userdata)
{
	struct web_name *name = userdata;
	struct web *web = name->web;

	name->slot = sd_bus_slot_unref(name->slot);
	name->n_addrs = error < 0 ? 0 : n < PROBER_ADDRESSES_MAX ? n : PROBER_ADDRESSES_MAX;
	if (name->n_addrs > 0)
		memcpy(name->addrs, addrs, name->n_addrs * sizeof(*addrs));
	if (web_take_urls(web) > 0)
		web_announce(web);
	ask_again(web, web_now(web));
	web_arm(web);
}

void web_resolve(struct web *web, uint64_t now)
{
	if (!schedule_is_due(&web->naming, now))
		return;
	schedule_begin(&web->naming, now);
	for (size_t i = 0; i < web->n_names; i++) {
		struct web_name *name = &web->names[i];

		name->slot = sd_bus_slot_unref(name->slot);
		if (!web->bus ||
			prober_resolve(web->bus, name->name, on_resolved, name, &name->slot) < 0)
			name->n_addrs = 0;
	}
	schedule_end(&web->naming, now, true);
}

size_t web_add_names(const struct web *web, struct web_url urls[static WEB_URLS_MAX], size_t n)
{
	size_t n_addresses = n;

	for (size_t i = 0; i < web->n_names && n < WEB_URLS_MAX; i++) {
		const struct web_name *name = &web->names[i];
		const struct web_url *same = find_url(name, urls, n_addresses);

		if (!same)
			continue;
		urls[n] = *same;
		(void)snprintf(urls[n].host, sizeof(urls[n].host), "%s", name->name);
		url_format_name(&web->app->conf, name->name, urls[n].url);
		n++;
	}
	return n;
}

void web_names_done(struct web *web)
{
	for (size_t i = 0; i < web->n_names; i++)
		web->names[i].slot = sd_bus_slot_unref(web->names[i].slot);
	web->n_names = 0;
}
