/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The lines of the web interface: its URLs, what is proven of them, and the fingerprints that a
 * customer may be asked to compare. */

#include <errno.h>

#include "i18n.h"
#include "safe_text.h"
#include "status_parts.h"
#include "web.h"
#include "web_words.h"

#define SENTENCE_MAX 400
#define HOSTS_MAX    100

/* Everything that is known of the web interface. */
struct scene {
	const struct app *app;
	const struct web_url *urls; /* NULL as long as nothing is proven */
	size_t n;
	const struct unit_facts *unit;
	const char *loopback, *places;
	unsigned served;
	uint64_t now;
};

/* Look at what app knows now. */
static void look(const struct app *app, struct scene *ret)
{
	*ret = (struct scene){
		.app = app,
		.places = "",
		.served = url_port(&app->conf),
		.now = (uint64_t)time(NULL) * 1000000,
	};
	if (!app->web)
		return;
	ret->urls = web_urls(app->web, &ret->n);
	ret->unit = web_unit(app->web);
	ret->loopback = web_only_loopback(app->web);
	ret->places = web_listens_on(app->web);
	ret->served = web_served_port(app->web);
}

/* Are they of more than one interface? */
static bool have_several_links(const struct scene *scene)
{
	for (size_t i = 1; i < scene->n; i++)
		if (scene->urls[i].ifindex != scene->urls[0].ifindex)
			return true;
	return false;
}

/* The URLs below their sentence, each with its interface where there are several. */
static int build_urls(struct status_builder *b, const struct scene *scene)
{
	bool labelled = have_several_links(scene);
	int r = status_add_text(b, STATUS_INTRO, OURS(""), "%s",
		scene->app->conf.web_enabled ? _("Manage this appliance from a web browser at")
					     : _("The address of this appliance is"));

	for (size_t i = 0; i < scene->n && r >= 0; i++) {
		const struct web_url *url = &scene->urls[i];
		const struct link *link =
			labelled ? netlink_link_by_index(scene->app->nl, url->ifindex) : NULL;

		r = status_add_text(b, STATUS_URL,
			safe_text(link ? link->name : NULL, IFNAMSIZ - 1).text, "%s",
			safe_lines(url->url).text);
	}
	return r;
}

/* What is known of one URL, in whose sentence others may be called hosts. */
static struct web_facts facts_of(
	const struct scene *scene, const struct web_url *url, const safe_char *hosts)
{
	return (struct web_facts){
		.url = url,
		.unit = scene->unit,
		.loopback = scene->loopback,
		.places = scene->places,
		.port = url_port(&scene->app->conf),
		.served = scene->served,
		.https = streq(scene->app->conf.web_scheme, "https"),
		.hosts = hosts,
		.now = scene->now,
	};
}

/* The sentence for one URL. */
static void say(const struct scene *scene, const struct web_url *url, const safe_char *hosts,
	safe_char ret[static SENTENCE_MAX])
{
	const struct web_facts facts = facts_of(scene, url, hosts);

	web_words(&facts, ret, SENTENCE_MAX);
}

void status_say_certificate(
	const struct app *app, const struct web_url *url, safe_char *ret, size_t size)
{
	struct web_facts facts;
	struct scene scene;

	look(app, &scene);
	facts = facts_of(&scene, url, OURS(""));
	web_words_certificate(&facts, ret, size);
}

/* A URL's address or name as it stands in the URL. */
static struct safe_str host_of(const struct web_url *url)
{
	bool brackets = url->addr.family == AF_INET6;
	char ip[IP_TEXT_MAX], host[IP_TEXT_MAX + 2];

	if (*url->host)
		return safe_text(url->host, 0);
	(void)snprintf(host, sizeof(host), "%s%s%s", brackets ? "[" : "", ip_format(&url->addr, ip),
		brackets ? "]" : "");
	return safe_text(host, 0);
}

void status_say_url(const struct app *app, const struct web_url *url, safe_char *ret, size_t size)
{
	const struct safe_str host = host_of(url);
	struct web_facts facts;
	struct scene scene;

	look(app, &scene);
	facts = facts_of(&scene, url, host.text);
	web_words(&facts, ret, size);
}

/* One more host in a list of them; where no more fit, that. */
static void add_host(safe_char hosts[static HOSTS_MAX], const safe_char *host)
{
	size_t used = safe_length(hosts);

	if (used + safe_length(host) + strlen(", ...") + 1 < HOSTS_MAX)
		(void)safe_format(
			hosts + used, HOSTS_MAX - used, "%s%s", used ? OURS(", ") : OURS(""), host);
	else if (used < strlen(", ...") ||
		 !safe_equal(hosts + used - strlen(", ..."), OURS(", ...")))
		(void)safe_format(hosts + used, HOSTS_MAX - used, ", ...");
}

/* Those that have the same sentence as the URL i, from it on; how many. */
static size_t list_agreeing(const struct scene *scene, size_t i,
	safe_char sentences[static WEB_URLS_MAX][SENTENCE_MAX], bool said[static WEB_URLS_MAX],
	safe_char hosts[static HOSTS_MAX])
{
	size_t n = 0;

	hosts[0] = '\0';
	for (size_t j = i; j < scene->n; j++) {
		if (said[j] || !safe_equal(sentences[j], sentences[i]))
			continue;
		said[j] = true;
		add_host(hosts, host_of(&scene->urls[j]).text);
		n++;
	}
	return n;
}

/* What is proven: one line for all, or one for each of those that differ. */
static int build_proofs(struct status_builder *b, const struct scene *scene)
{
	/* To be compared: without the hosts, of which each has its own. */
	safe_char sentences[WEB_URLS_MAX][SENTENCE_MAX];
	safe_char sentence[SENTENCE_MAX], hosts[HOSTS_MAX];
	bool said[WEB_URLS_MAX] = { false };
	const safe_char *label = _("Web interface");
	int r = 0;

	for (size_t i = 0; i < scene->n; i++)
		say(scene, &scene->urls[i], OURS(""), sentences[i]);
	for (size_t i = 0; i < scene->n && r >= 0; i++) {
		size_t n;

		if (said[i])
			continue;
		n = list_agreeing(scene, i, sentences, said, hosts);
		say(scene, &scene->urls[i], n == scene->n && n > 1 ? _("these addresses") : hosts,
			sentence);
		if (n == scene->n)
			r = status_add_text(b, STATUS_WEB, label, "%s", sentence);
		else
			r = status_add_text(b, STATUS_WEB, label, "%s: %s", hosts, sentence);
		label = OURS("");
	}
	return r;
}

/* Was this certificate, or none, presented by one of the URLs before i? */
static bool is_repeated(const struct scene *scene, size_t i)
{
	const struct web_certificate *certificate = &scene->urls[i].check.certificate;

	for (size_t j = 0; j < i; j++)
		if (streq(scene->urls[j].check.certificate.sha256, certificate->sha256))
			return true;
	return !certificate->present;
}

/* The certificate of one URL. */
static int build_certificate(struct status_builder *b, const struct scene *scene,
	const struct web_url *url, const safe_char *label)
{
	const struct web_facts facts = facts_of(scene, url, OURS(""));
	struct status_line *line = status_add(b, STATUS_CERTIFICATE);
	safe_char text[128];

	if (!line)
		return -ENOMEM;
	web_words_certificate(&facts, text, sizeof(text));
	(void)safe_format(line->label, sizeof(line->label), "%s", label);
	(void)safe_format(line->key, sizeof(line->key), "SHA256 %.95s",
		safe_text(url->check.certificate.sha256, 0).text);
	(void)safe_format(line->text, sizeof(line->text), "%s%s%s", text,
		url->certificate_changed ? _(", changed since the last start") : OURS(""),
		web_is_another_certificate(scene->app->web, url) ? _(", not the one of its file")
								 : OURS(""));
	return 0;
}

/* The certificate of the file that the vendor names, while nobody presents one. */
static int build_filed(struct status_builder *b, const struct scene *scene)
{
	const struct web_filed *filed = b->app->web ? web_filed(b->app->web) : NULL;
	struct web_url url = { 0 };
	const struct web_facts facts = facts_of(scene, &url, OURS(""));
	struct status_line *line;
	safe_char text[128];

	if (!filed || !filed->certificate.present)
		return 0;
	url.check.certificate = filed->certificate;
	/* Whom it is for cannot be said without an address that was asked. */
	url.check.certificate.names_host = true;
	line = status_add(b, STATUS_CERTIFICATE);
	if (!line)
		return -ENOMEM;
	web_words_certificate(&facts, text, sizeof(text));
	(void)safe_format(line->label, sizeof(line->label), "%s", _("Certificate"));
	(void)safe_format(line->key, sizeof(line->key), "SHA256 %.95s",
		safe_text(url.check.certificate.sha256, 0).text);
	(void)safe_format(
		line->text, sizeof(line->text), _("%s, in its file; not served now"), text);
	return 0;
}

/* The certificates, mostly one. */
static int build_certificates(struct status_builder *b, const struct scene *scene)
{
	const safe_char *label = _("Certificate");
	bool presented = false;
	int r = 0;

	for (size_t i = 0; i < scene->n && r >= 0; i++) {
		presented = presented || scene->urls[i].check.certificate.present;
		if (is_repeated(scene, i))
			continue;
		r = build_certificate(b, scene, &scene->urls[i], label);
		label = OURS("");
	}
	return r < 0 || presented ? r : build_filed(b, scene);
}

/* The host keys of ssh. */
static int build_host_keys(struct status_builder *b, const struct app *app)
{
	const safe_char *label = _("SSH host key");
	const struct web_key *keys;
	size_t n;

	if (!app->web)
		return 0;
	keys = web_host_keys(app->web, &n);
	for (size_t i = 0; i < n; i++) {
		struct status_line *line = status_add(b, STATUS_HOST_KEY);

		if (!line)
			return -ENOMEM;
		(void)safe_format(
			line->label, sizeof(line->label), "%s", i == 0 ? label : OURS(""));
		(void)safe_format(line->key, sizeof(line->key), "%.20s %.80s",
			safe_text(keys[i].key.type, 0).text, safe_text(keys[i].key.sha256, 0).text);
		(void)safe_format(line->text, sizeof(line->text), "%s",
			keys[i].changed ? _("changed since the last start") : OURS(""));
	}
	return 0;
}

int status_build_web(struct status_builder *b, bool proofs, size_t *ret_n_urls)
{
	/* Not on the stack, which never gives back what it once was. */
	_cleanup_free_ struct web_url *found = NULL;
	struct scene scene;
	int r = 0;

	look(b->app, &scene);
	if (!scene.urls) {
		found = malloc(WEB_URLS_MAX * sizeof(*found));
		if (!found)
			return -ENOMEM;
		scene.n = web_find_urls(b->app, found);
		scene.urls = found;
	}
	*ret_n_urls = scene.n;
	if (scene.n == 0)
		return 0;
	r = build_urls(b, &scene);
	if (!proofs)
		return r;
	if (r >= 0 && b->app->web && b->app->conf.web_enabled)
		r = build_proofs(b, &scene);
	if (r >= 0)
		r = build_certificates(b, &scene);
	if (r >= 0)
		r = build_host_keys(b, b->app);
	return r;
}
