/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network_proof.h"

#include "i18n.h"
#include "network_words.h"
#include "questions.h"
#include "url.h"
#include "util.h"

#define PORT_HTTP  80
#define PORT_HTTPS 443

/* The port of the web interface. */
static unsigned web_port(const struct conf *conf)
{
	if (conf->web_port != 0)
		return conf->web_port;
	return strcmp(conf->web_scheme, "http") == 0 ? PORT_HTTP : PORT_HTTPS;
}

/* IPv4 first. */
static size_t family_index(int family)
{
	return family == AF_INET6;
}

/* The first address of each family that a browser could be given, of one link or (ifindex 0) of
 * all. Returns how many. */
static size_t web_questions(const struct app *app, int ifindex, struct question ret[static 2])
{
	bool have[2] = { false };
	const struct address *addresses;
	size_t n_addresses, n = 0;

	addresses = netlink_addresses(app->nl, &n_addresses);
	for (size_t i = 0; i < n_addresses && n < 2; i++) {
		const struct ip_addr *addr = &addresses[i].ip.addr;

		if ((ifindex != 0 && addresses[i].ifindex != ifindex) ||
			have[family_index(addr->family)] ||
			!address_is_usable(app->nl, &addresses[i]))
			continue;
		have[family_index(addr->family)] = true;
		ret[n++] = (struct question){ .addr = *addr, .port = web_port(&app->conf) };
	}
	return n;
}

void network_proof_begin(struct network_change *change)
{
	struct question questions[2];
	size_t n;

	change->web_before[0] = change->web_before[1] = false;
	if (!change->app->conf.web_enabled)
		return;
	n = web_questions(change->app, 0, questions);
	questions_ask(change->app->bus, questions, n, progress_paint, change->progress);
	for (size_t i = 0; i < n; i++)
		change->web_before[family_index(questions[i].addr.family)] = questions[i].answered;
}

/* -- what is there -- */

/* Has the link this address? */
static bool has_address(const struct app *app, int ifindex, const struct ip_addr *addr)
{
	size_t n;
	const struct address *addresses = netlink_addresses(app->nl, &n);

	for (size_t i = 0; i < n; i++)
		if (addresses[i].ifindex == ifindex && ip_equal(&addresses[i].ip.addr, addr))
			return true;
	return false;
}

/* Has it the fixed addresses of a family? */
static bool has_fixed(const struct app *app, int ifindex, const struct net_family *family)
{
	for (size_t i = 0; family->method == NET_METHOD_STATIC && i < family->n_addresses; i++)
		if (!has_address(app, ifindex, &family->addresses[i].addr))
			return false;
	return true;
}

bool network_proof_addresses(const struct network_change *change)
{
	const struct app *app = change->app;
	struct question unused[2];

	(void)netlink_read_addresses(app->nl);
	for (size_t i = 0; i < change->set->n_links; i++) {
		const struct net_config *config = &change->set->links[i];
		const struct link *link = netlink_link_by_name(app->nl, config->ifname);

		if (!link || !has_fixed(app, link->ifindex, &config->v4) ||
			!has_fixed(app, link->ifindex, &config->v6))
			return false;
		if (network_is_automatic(config) && web_questions(app, link->ifindex, unused) == 0)
			return false;
	}
	return true;
}

/* Has the link a default gateway, or is it to have one? */
static bool has_gateway(const struct app *app, const struct net_config *config)
{
	size_t n;
	const struct default_route *routes = netlink_default_routes(app->nl, &n);
	const struct link *link = netlink_link_by_name(app->nl, config->ifname);

	for (size_t i = 0; i < n && link; i++)
		if (routes[i].ifindex == link->ifindex && routes[i].gateway.family != AF_UNSPEC)
			return true;
	return config->v4.gateway.family != AF_UNSPEC || config->v6.gateway.family != AF_UNSPEC;
}

bool network_proof_has_gateway(const struct network_change *change)
{
	(void)netlink_read_routes(change->app->nl);
	for (size_t i = 0; i < change->set->n_links; i++)
		if (has_gateway(change->app, &change->set->links[i]))
			return true;
	return false;
}

/* Add a sentence to a text. */
static void add_sentence(safe_char buf[static REMARK_MAX], const safe_char *sentence)
{
	size_t length = safe_length(buf);

	(void)safe_format(buf + length, REMARK_MAX - length, "%s%s",
		length > 0 ? OURS("\n") : OURS(""), sentence);
}

/* -- name servers -- */

/* The questions to name servers. */
struct servers {
	struct question all[QUESTIONS_MAX];
	size_t n;
};

/* Ask these, too; none twice. */
static void add_servers(struct servers *servers, const struct ip_addr *dns, size_t n, int ifindex)
{
	for (size_t i = 0; i < n && servers->n < QUESTIONS_MAX; i++) {
		bool known = false;

		for (size_t j = 0; j < servers->n; j++)
			known = known || ip_equal(&servers->all[j].addr, &dns[i]);
		if (!known)
			servers->all[servers->n++] = (struct question){ .addr = dns[i],
				.ifindex = ip_is_link_local(&dns[i]) ? ifindex : 0 };
	}
}

/* Those that a link is to use: its own, and what the network has given it. */
static void find_servers(
	const struct app *app, const struct net_config *config, struct servers *servers)
{
	const struct link *link = netlink_link_by_name(app->nl, config->ifname);
	const struct link_state *state = NULL;

	add_servers(servers, config->dns, config->n_dns, link ? link->ifindex : 0);
	if (!link || !network_is_automatic(config) || config->n_dns > 0)
		return;
	if (app->sysstate)
		state = sysstate_link(app->sysstate, link->ifindex);
	if (state)
		add_servers(servers, state->dns, state->n_dns, link->ifindex);
}

/* Say which of them are silent. */
static void judge_servers(struct network_change *change, const struct servers *servers)
{
	safe_char silent[REMARK_MAX / 4], sentence[REMARK_MAX / 2];
	char ip[IP_TEXT_MAX];
	struct word_list list = word_list_begin(silent, sizeof(silent));
	size_t n = 0;

	for (size_t i = 0; i < servers->n; i++)
		if (!servers->all[i].answered) {
			word_list_add(
				&list, safe_text(ip_format(&servers->all[i].addr, ip), 0).text);
			n++;
		}
	if (n == 0) {
		progress_set(change->progress, change->dns_line, PROGRESS_DONE, NULL);
		return;
	}
	(void)safe_format(sentence, sizeof(sentence),
		n == 1 ? _("The name server %s does not answer.")
		       : _("The name servers %s do not answer."),
		silent);
	progress_set(change->progress, change->dns_line, PROGRESS_WARNING, sentence);
	add_sentence(change->remark, sentence);
}

/* Ask the name servers; their silence is a remark. */
static void prove_servers(struct network_change *change)
{
	struct servers servers = { .n = 0 };

	for (size_t i = 0; i < change->set->n_links; i++)
		find_servers(change->app, &change->set->links[i], &servers);
	if (servers.n == 0) {
		progress_set(change->progress, change->dns_line, PROGRESS_HIDDEN, NULL);
		return;
	}
	progress_set(change->progress, change->dns_line, PROGRESS_WORKING, NULL);
	questions_ask(change->app->bus, servers.all, servers.n, progress_paint, change->progress);
	judge_servers(change, &servers);
}

/* -- the web interface -- */

/* The addresses to ask: those of every link of the change. */
static size_t find_web(const struct network_change *change, struct question ret[QUESTIONS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < change->set->n_links && n + 2 <= QUESTIONS_MAX; i++) {
		const struct link *link =
			netlink_link_by_name(change->app->nl, change->set->links[i].ifname);

		if (link)
			n += web_questions(change->app, link->ifindex, &ret[n]);
	}
	return n;
}

/* Say what does not answer; it is a reason to doubt where it did so before. */
static void judge_web(struct network_change *change, const struct question *questions, size_t n)
{
	const struct question *lost = NULL;
	safe_char sentence[REMARK_MAX / 2];
	char url[URL_MAX];
	bool before = false;

	for (size_t i = 0; i < n; i++)
		if (!questions[i].answered && !before) {
			lost = &questions[i];
			before = change->web_before[family_index(lost->addr.family)];
		}
	if (!lost) {
		progress_set(change->progress, change->web_line, PROGRESS_DONE, NULL);
		return;
	}
	(void)safe_format(sentence, sizeof(sentence),
		before ? _("The web interface does not answer at %.120s any more (%s).")
		       : _("The web interface does not answer at %.120s (%s), but it did not "
			   "before either."),
		safe_text(url_format(&change->app->conf, &lost->addr, url), 0).text, lost->why);
	progress_set(change->progress, change->web_line,
		before ? PROGRESS_FAILED : PROGRESS_WARNING, sentence);
	add_sentence(before ? change->doubt : change->remark, sentence);
}

/* Open the web interface at the new addresses. */
static void prove_web(struct network_change *change)
{
	struct question questions[QUESTIONS_MAX];
	size_t n;

	if (change->web_line == PROGRESS_NONE)
		return;
	n = find_web(change, questions);
	if (n == 0) {
		progress_set(change->progress, change->web_line, PROGRESS_HIDDEN, NULL);
		return;
	}
	progress_set(change->progress, change->web_line, PROGRESS_WORKING, NULL);
	questions_ask(change->app->bus, questions, n, progress_paint, change->progress);
	judge_web(change, questions, n);
}

void network_proof_run(struct network_change *change)
{
	/* What firstbootd has seen may still be on its way to us. */
	(void)netlink_read_addresses(change->app->nl);
	prove_servers(change);
	prove_web(change);
}
