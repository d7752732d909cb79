/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is proven of the web interface, URL by URL, and the keys to compare. */

#include <errno.h>
#include <time.h>

#include "details.h"
#include "i18n.h"
#include "safe_text.h"
#include "util.h"
#include "web_words.h"

#define WORDS_MAX 512

/* Does the firewall let it in? */
static void put_firewall(const struct web_url *url, struct fact_lines *lines)
{
	static const safe_char *const words[FIREWALL_N_VERDICTS] = {
		[FIREWALL_UNKNOWN] = N_("not known, its rules could not be read or understood"),
		[FIREWALL_NONE] = N_("has no rules"),
		[FIREWALL_OPEN] = N_("lets it in"),
		[FIREWALL_SOME] = N_("lets it in from some senders or at some times only"),
		[FIREWALL_CLOSED] = N_("keeps it out"),
	};
	const safe_char *text =
		url->judged ? translate(words[url->firewall.verdict]) : _("not asked yet");

	if (*url->firewall.where)
		fact_lines_put(lines, _("Firewall"), "%s (%s)", text,
			safe_text(url->firewall.where, 0).text);
	else
		fact_lines_put(lines, _("Firewall"), "%s", text);
}

/* Whom it presented itself as. */
static void put_certificate(const struct web_facts *facts, struct fact_lines *lines)
{
	const struct web_certificate *certificate = &facts->url->check.certificate;
	safe_char words[WORDS_MAX];

	if (!certificate->present)
		return;
	web_words_certificate(facts, words, sizeof(words));
	fact_lines_put(lines, _("Certificate"), "%s", words);
	if (*certificate->name)
		fact_lines_put(lines, OURS(""),
			certificate->names_host ? _("%s, names this address")
						: _("%s, does not name this address"),
			safe_text(certificate->name, 0).text);
	else
		fact_lines_put(lines, OURS(""), "%s", _("names nobody"));
	fact_lines_put(lines, OURS("SHA256"), "%s", safe_text(certificate->sha256, 0).text);
	if (facts->url->certificate_changed)
		fact_lines_put(lines, OURS(""), "%s", _("another one than at the last boot"));
}

static void put_url(const struct web_facts *facts, struct fact_lines *lines)
{
	const struct web_url *url = facts->url;
	safe_char words[WORDS_MAX];

	fact_lines_put(lines, _("URL"), "%s", safe_text(url->url, 0).text);
	web_words(facts, words, sizeof(words));
	fact_lines_put(lines, _("State"), "%s", words);
	fact_lines_put(lines, _("Port"),
		url->listening	 ? _("%u, something listens there")
		: *facts->places ? _("%u, nothing listens on this address")
				 : _("%u, nothing listens there"),
		facts->served);
	put_firewall(url, lines);
	put_certificate(facts, lines);
}

/* What the file of the certificate holds. */
static void put_file(const struct web_filed *filed, struct fact_lines *lines)
{
	if (filed->error < 0)
		fact_lines_put(lines, _("Certificate"), _("%s cannot be read: %s"),
			safe_text(filed->path, 0).text,
			filed->error == -EBADMSG ? _("there is no certificate in it")
						 : safe_text(strerror(-filed->error), 0).text);
	if (!filed->certificate.present)
		return;
	fact_lines_put(
		lines, _("Certificate"), _("in the file %s"), safe_text(filed->path, 0).text);
	fact_lines_put(lines, OURS("SHA256"), "%s", safe_text(filed->certificate.sha256, 0).text);
}

void details_put_web(const struct details_sources *sources, struct fact_lines *lines)
{
	const struct app *app = sources->app;
	const struct web_url *urls;
	struct web_facts facts;
	struct safe_str host;
	char text[IP_TEXT_MAX];
	size_t n = 0;

	fact_lines_heading(lines, "%s", _("Web interface"));
	if (!app->conf.web_enabled) {
		fact_lines_text(lines, "%s", _("This appliance has none."));
		return;
	}
	urls = app->web ? web_urls(app->web, &n) : NULL;
	for (size_t i = 0; i < n; i++) {
		host = safe_text(*urls[i].host ? urls[i].host : ip_format(&urls[i].addr, text), 0);
		facts = (struct web_facts){
			.url = &urls[i],
			.unit = web_unit(app->web),
			.loopback = web_only_loopback(app->web),
			.places = web_listens_on(app->web),
			.port = url_port(&app->conf),
			.served = web_served_port(app->web),
			.https = streq(app->conf.web_scheme, "https"),
			.hosts = host.text,
			.now = (uint64_t)time(NULL) * 1000000,
		};
		put_url(&facts, lines);
	}
	if (app->web && web_filed(app->web))
		put_file(web_filed(app->web), lines);
	if (n == 0)
		fact_lines_text(lines, "%s", _("There is no address that it could be reached at."));
}

void details_put_keys(const struct details_sources *sources, struct fact_lines *lines)
{
	const struct web_key *keys;
	size_t n = 0;

	keys = sources->app->web ? web_host_keys(sources->app->web, &n) : NULL;
	fact_lines_heading(lines, "%s", _("Host keys of SSH"));
	for (size_t i = 0; i < n; i++)
		fact_lines_put(lines, safe_text(keys[i].key.type, 0).text, _("%s  %u bits%s"),
			safe_text(keys[i].key.sha256, 0).text, keys[i].key.bits,
			keys[i].changed ? _(", another one than at the last boot") : OURS(""));
	if (n == 0)
		fact_lines_text(lines, "%s", _("There are none."));
}
