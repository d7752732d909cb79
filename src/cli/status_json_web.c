/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The web interface of the status: its URLs with what is proven of them, its unit, and ssh's keys.
 */

#include "status.h"
#include "status_json.h"
#include "url.h"
#include "web.h"

#define SENTENCE_MAX 400

static const char *const answers[WEB_N_ANSWERS] = {
	[WEB_ANSWERED] = "answered",
	[WEB_REFUSED] = "refused",
	[WEB_NO_CONNECTION] = "no-connection",
	[WEB_UNREACHABLE] = "unreachable",
	[WEB_NO_TLS] = "no-tls",
	[WEB_TLS_FAILED] = "tls-failed",
	[WEB_SILENT] = "silent",
	[WEB_SLOW] = "slow",
	[WEB_GARBAGE] = "garbage",
	[WEB_CLOSED] = "closed",
};

static const char *const verdicts[FIREWALL_N_VERDICTS] = {
	[FIREWALL_UNKNOWN] = "unknown",
	[FIREWALL_NONE] = "none",
	[FIREWALL_OPEN] = "open",
	[FIREWALL_SOME] = "some",
	[FIREWALL_CLOSED] = "closed",
};

static const char *const phases[UNIT_N_PHASES] = {
	[UNIT_UNKNOWN] = "unknown",
	[UNIT_MISSING] = "missing",
	[UNIT_INACTIVE] = "inactive",
	[UNIT_WAITING] = "waiting",
	[UNIT_STARTING] = "starting",
	[UNIT_ACTIVE] = "active",
	[UNIT_RELOADING] = "reloading",
	[UNIT_STOPPING] = "stopping",
	[UNIT_FAILED] = "failed",
	[UNIT_RESTARTING] = "restarting",
};

/* -- URLs ---------------------------------------------------------------------------------------
 */

/* All of it in one word. */
static const char *judge(const struct app *app, const struct web_url *url)
{
	if (!app->conf.web_enabled || !app->web)
		return "unknown";
	if (!url->listening)
		return "failed";
	if (!url->checked)
		return "checking";
	if (url->error < 0)
		return "unknown";
	if (url->judged && url->firewall.verdict == FIREWALL_CLOSED)
		return "failed";
	return web_url_serves(url) ? "proven" : "failed";
}

/* What is proven of a URL. */
static json_object *make_proof(const struct app *app, const struct web_url *url)
{
	json_object *proof = json_object_new_object();
	bool asked = url->checked && url->error == 0;
	safe_char text[SENTENCE_MAX] = "";

	json_put_text(proof, "state", judge(app, url));
	if (app->conf.web_enabled && app->web)
		status_say_url(app, url, text, sizeof(text));
	json_put_given(proof, "words", safe_bytes(text));
	json_put_bool(proof, "listening", url->listening);
	json_put_given(proof, "answer", asked ? answers[url->check.answer] : NULL);
	json_put(proof, "http_status",
		asked && url->check.status ? json_object_new_int64(url->check.status) : NULL);
	json_put_given(proof, "firewall", url->judged ? verdicts[url->firewall.verdict] : NULL);
	json_put_given(proof, "firewall_rule", url->judged ? url->firewall.where : NULL);
	json_put_time(proof, "failing_since", url->since);
	return proof;
}

/* The certificate that was presented; null where none was. */
static json_object *make_certificate(const struct app *app, const struct web_url *url)
{
	const struct web_certificate *certificate = &url->check.certificate;
	safe_char text[SENTENCE_MAX];
	json_object *one;

	if (!certificate->present)
		return NULL;
	one = json_object_new_object();
	status_say_certificate(app, url, text, sizeof(text));
	json_put_text(one, "sha256", certificate->sha256);
	json_put_given(one, "name", certificate->name);
	json_put_bool(one, "self_signed", certificate->self_signed);
	json_put_bool(one, "names_host", certificate->names_host);
	json_put_time(one, "not_before", certificate->not_before * 1000000);
	json_put_time(one, "not_after", certificate->not_after * 1000000);
	json_put_bool(one, "changed", url->certificate_changed);
	json_put_text(one, "words", safe_bytes(text));
	return one;
}

static json_object *make_url(const struct app *app, const struct web_url *url)
{
	const struct link *link = netlink_link_by_index(app->nl, url->ifindex);
	json_object *one = json_object_new_object();

	json_put_text(one, "url", url->url);
	json_put_given(one, "host", url->host);
	json_put(one, "address", status_json_ip(&url->addr));
	json_put_given(one, "link", link ? link->name : NULL);
	json_put(one, "proof", make_proof(app, url));
	json_put(one, "certificate", make_certificate(app, url));
	return one;
}

json_object *status_json_urls(const struct app *app)
{
	json_object *array = json_object_new_array();
	struct web_url found[WEB_URLS_MAX];
	const struct web_url *urls = found;
	size_t n;

	if (app->web)
		urls = web_urls(app->web, &n);
	else
		n = web_find_urls(app, found);
	for (size_t i = 0; i < n; i++)
		json_add(array, make_url(app, &urls[i]));
	return array;
}

/* -- the server ---------------------------------------------------------------------------------
 */

static json_object *make_unit(const struct unit_facts *unit)
{
	json_object *one;

	if (!unit)
		return NULL;
	one = json_object_new_object();
	json_put_text(one, "name", unit->name);
	json_put_text(one, "phase", phases[unit->phase]);
	json_put_time(one, "since", unit->since);
	json_put_given(one, "waits_for", unit->waits_for);
	json_put_given(one, "result", unit->result);
	json_put_given(one, "log", unit->log);
	return one;
}

json_object *status_json_web(const struct app *app)
{
	const char *loopback = app->web ? web_only_loopback(app->web) : NULL;
	json_object *one = json_object_new_object();

	json_put_bool(one, "enabled", app->conf.web_enabled);
	json_put_number(one, "port", url_port(&app->conf));
	json_put_number(
		one, "served_port", app->web ? web_served_port(app->web) : url_port(&app->conf));
	json_put_given(one, "only_loopback", loopback);
	json_put_given(one, "listens_on", app->web ? web_listens_on(app->web) : NULL);
	json_put(one, "unit", make_unit(app->web ? web_unit(app->web) : NULL));
	return one;
}

json_object *status_json_host_keys(const struct app *app)
{
	json_object *array = json_object_new_array();
	const struct web_key *keys = NULL;
	size_t n = 0;

	if (app->web)
		keys = web_host_keys(app->web, &n);
	for (size_t i = 0; i < n; i++) {
		json_object *one = json_object_new_object();

		json_put_text(one, "type", keys[i].key.type);
		json_put_text(one, "sha256", keys[i].key.sha256);
		json_put_bool(one, "changed", keys[i].changed);
		json_add(array, one);
	}
	return array;
}
