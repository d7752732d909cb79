/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who follows what, and the one timer: everything that is asked is asked because of a schedule. */

#include "web.h"

#include <errno.h>
#include <time.h>

#include "util.h"
#include "web_parts.h"

#define TIMER_ACCURACY_USEC 1000

uint64_t web_now(const struct web *web)
{
	uint64_t now;

	if (sd_event_now(web->app->event, CLOCK_MONOTONIC, &now) < 0)
		return 0;
	return now;
}

void web_announce(struct web *web)
{
	web_set_calendar(web);
	web->changed(web, web->userdata);
}

/* What is due next of everything that is not being done. */
static uint64_t next_due(const struct web *web)
{
	const struct schedule *const schedules[] = { &web->look, &web->firewall, &web->naming,
		&web->reading, &web->filing };
	const bool busy[] = { false, web->n_judgings > 0, false, web->keys_slot != NULL,
		web->filed_slot != NULL };
	uint64_t due = SCHEDULE_NEVER;

	for (size_t i = 0; i < ARRAY_SIZE(schedules); i++)
		if (!busy[i] && schedules[i]->due < due)
			due = schedules[i]->due;
	for (size_t i = 0; i < web->n; i++)
		if (web_may_ask(web, i) && web->questions[i]->schedule.due < due)
			due = web->questions[i]->schedule.due;
	return due;
}

void web_arm(struct web *web)
{
	uint64_t due = next_due(web);

	if (due == SCHEDULE_NEVER) {
		(void)sd_event_source_set_enabled(web->timer, SD_EVENT_OFF);
		return;
	}
	(void)sd_event_source_set_time(web->timer, due);
	(void)sd_event_source_set_enabled(web->timer, SD_EVENT_ONESHOT);
}

/* Ask about every URL that something listens on. */
static void ask_again(struct web *web, uint64_t now)
{
	for (size_t i = 0; i < web->n; i++)
		if (web->urls[i].listening)
			schedule_event(&web->questions[i]->schedule, now, WEB_ASK_GAP_USEC);
}

/* Something is due. */
static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct web *web = userdata;
	uint64_t now = web_now(web);

	web_look(web, now);
	web_ask_urls(web, now);
	web_judge(web, now);
	web_resolve(web, now);
	web_read_keys(web, now);
	web_read_certificate(web, now);
	web_arm(web);
	return 0;
}

/* The unit is in another phase: its server may come, go, or answer something else. */
static void on_unit(struct unit_state *state, void *userdata)
{
	struct web *web = userdata;
	uint64_t now = web_now(web);

	schedule_event(&web->look, now, WEB_LOOK_GAP_USEC);
	ask_again(web, now);
	web_announce(web);
	web_arm(web);
}

/* The place of a URL among those that were there, or n. */
static size_t find_url(const struct web_url *urls, size_t n, const struct web_url *url)
{
	size_t i = 0;

	while (i < n && (urls[i].ifindex != url->ifindex || !streq(urls[i].url, url->url) ||
				!ip_equal(&urls[i].addr, &url->addr)))
		i++;
	return i;
}

/* Take over a URL with its question, or begin with a new one. */
static struct web_question *take_url(struct web *web, struct web_url *url, uint64_t now)
{
	size_t i = find_url(web->urls, web->n, url);

	if (i == web->n) {
		url->listening = web_is_listened(web, url);
		schedule_event(&web->look, now, WEB_LOOK_GAP_USEC);
		schedule_event(&web->firewall, now, WEB_FIREWALL_GAP_USEC);
		return web_question_new(web, now);
	}
	*url = web->urls[i];
	return take_ptr(web->questions[i]);
}

int web_take_urls(struct web *web)
{
	struct web_question *questions[WEB_URLS_MAX];
	/* Not on the stack, which never gives back what it once was. */
	_cleanup_free_ struct web_url *urls = malloc(WEB_URLS_MAX * sizeof(*urls));
	uint64_t now = web_now(web);
	size_t n, n_taken = 0;
	bool same;

	if (!urls)
		return -ENOMEM;
	n = web_add_names(web, urls, web_find_urls(web->app, urls));
	same = n == web->n;
	for (size_t i = 0; i < n; i++) {
		same = same && find_url(web->urls, web->n, &urls[i]) == i;
		urls[n_taken] = urls[i];
		questions[n_taken] = take_url(web, &urls[n_taken], now);
		n_taken += questions[n_taken] != NULL;
	}
	for (size_t i = 0; i < web->n; i++)
		web_question_free(web->questions[i]);
	memcpy(web->urls, urls, n_taken * sizeof(*urls));
	memcpy(web->questions, questions, n_taken * sizeof(struct web_question *));
	web->n = n_taken;
	return same ? 0 : 1;
}

/* Nothing is known any more of any URL. */
static void drop_urls(struct web *web)
{
	for (size_t i = 0; i < web->n; i++)
		web->questions[i] = web_question_free(web->questions[i]);
	web->n = 0;
	web->n_noted = 0;
}

/* What the configuration says now. */
static struct web_config read_config(const struct conf *conf)
{
	struct web_config config;

	memset(&config, 0, sizeof(config));
	config.enabled = conf->web_enabled;
	config.port = url_port(conf);
	(void)snprintf(config.scheme, sizeof(config.scheme), "%s", conf->web_scheme);
	(void)snprintf(config.path, sizeof(config.path), "%s", conf->web_path);
	(void)snprintf(config.unit, sizeof(config.unit), "%s", conf->web_unit);
	/* A path that is longer leads nowhere. */
	if (strlen(conf->web_certificate) < sizeof(config.certificate))
		(void)snprintf(config.certificate, sizeof(config.certificate), "%s",
			conf->web_certificate);
	return config;
}

/* Follow the unit of the configuration on the bus that there is. */
static void follow_unit(struct web *web)
{
	web->unit = unit_state_free(web->unit);
	if (web->bus && web->config.enabled && *web->config.unit)
		(void)unit_state_new(web->bus, web->config.unit, on_unit, web, &web->unit);
}

/* Another bus, or none: whatever was asked over the old one is not answered. */
static void take_bus(struct web *web, uint64_t now)
{
	web->unit = unit_state_free(web->unit);
	job_news_done(&web->jobs);
	web->keys_slot = sd_bus_slot_unref(web->keys_slot);
	web_follow_certificate(web);
	web->noting = false;
	web->n_noted = 0;
	web->n_judgings = 0;
	web_names_done(web);
	for (size_t i = 0; i < web->n; i++)
		web->questions[i]->slot = sd_bus_slot_unref(web->questions[i]->slot);
	sd_bus_unref(web->bus);
	web->bus = sd_bus_ref(web->app->bus);
	web->surroundings = 0;
	follow_unit(web);
	web_watch_firewall(web);
	ask_again(web, now);
	schedule_event(&web->look, now, WEB_LOOK_GAP_USEC);
	schedule_event(&web->firewall, now, 0);
	schedule_event(&web->reading, now, 0);
}

void web_ask_service(struct web *web)
{
	if (!web->firewall_changes)
		web_watch_firewall(web);
	schedule_event(&web->firewall, web_now(web), 0);
	if (!web->noting) {
		web->n_noted = 0;
		web_note_keys(web);
	}
	if (web->unit)
		unit_state_ask_log(web->unit);
	web_arm(web);
}

/* Another port, scheme, path or unit. */
static void take_config(struct web *web, const struct web_config *config)
{
	bool watched = web->config.enabled;

	web->config = *config;
	drop_urls(web);
	web_follow_listeners(web, config->port);
	follow_unit(web);
	web_follow_certificate(web);
	if (config->enabled != watched)
		web_watch_firewall(web);
}

void web_update(struct web *web)
{
	struct web_config config = read_config(&web->app->conf);
	uint64_t now = web_now(web);

	if (memcmp(&config, &web->config, sizeof(config)) != 0)
		take_config(web, &config);
	if (web->app->bus != web->bus)
		take_bus(web, now);
	(void)web_take_urls(web);
	web_look_at_names(web, now);
	web_arm(web);
}

/* Do again what was done long ago. */
static void renew(struct schedule *schedule, uint64_t now)
{
	if (now - schedule->last >= WEB_OLD_USEC)
		schedule_event(schedule, now, WEB_OLD_USEC);
}

void web_look_again(struct web *web)
{
	uint64_t now = web_now(web);

	for (size_t i = 0; i < web->n; i++)
		if (web->urls[i].listening)
			renew(&web->questions[i]->schedule, now);
	renew(&web->look, now);
	if (web->filing.last > 0)
		renew(&web->filing, now);
	if (!web->firewall_changes)
		renew(&web->firewall, now);
	if (web->n_names > 0)
		renew(&web->naming, now);
	web_arm(web);
}

/* Has this been begun, if it was wished for? */
static bool has_begun(const struct schedule *schedule)
{
	return schedule->last > 0 || schedule->due == SCHEDULE_NEVER;
}

bool web_is_settled(const struct web *web)
{
	bool settled = has_begun(&web->look) && has_begun(&web->firewall) && web->n_judgings == 0 &&
		       has_begun(&web->naming) && has_begun(&web->reading) && !web->keys_slot &&
		       has_begun(&web->filing) && !web->filed_slot && !web->noting;

	for (size_t i = 0; i < web->n && web->config.enabled; i++)
		settled = settled && (web->urls[i].checked || !web->urls[i].listening);
	for (size_t i = 0; i < web->n_names; i++)
		settled = settled && !web->names[i].slot;
	return settled;
}

const struct web_url *web_urls(const struct web *web, size_t *ret_n)
{
	*ret_n = web->n;
	return web->urls;
}

const struct unit_facts *web_unit(const struct web *web)
{
	return web->unit ? unit_state_facts(web->unit) : NULL;
}

const struct web_key *web_host_keys(const struct web *web, size_t *ret_n)
{
	*ret_n = web->n_keys;
	return web->keys;
}

int web_new(struct app *app, web_changed_fn changed, void *userdata, struct web **ret)
{
	struct web *web = calloc(1, sizeof(*web));
	int r;

	if (!web)
		return -ENOMEM;
	web->app = app;
	web->changed = changed;
	web->userdata = userdata;
	web->look = web->firewall = web->naming = web->reading = web->filing = SCHEDULE_INIT;
	r = sd_event_add_time(app->event, &web->timer, CLOCK_MONOTONIC, UINT64_MAX,
		TIMER_ACCURACY_USEC, on_timer, web);
	if (r < 0) {
		web_free(web);
		return r;
	}
	(void)web_watch_calendar(web);
	web_watch_keys(web);
	web_watch_names(web);
	web_update(web);
	web_set_calendar(web);
	*ret = web;
	return 0;
}

struct web *web_free(struct web *web)
{
	if (!web)
		return NULL;
	drop_urls(web);
	web_names_done(web);
	web->listeners = listeners_free(web->listeners);
	web->unit = unit_state_free(web->unit);
	job_news_done(&web->jobs);
	sd_bus_slot_unref(web->keys_slot);
	web_certificate_done(web);
	sd_event_source_disable_unref(web->firewall_changes);
	sd_event_source_disable_unref(web->key_files);
	sd_event_source_disable_unref(web->resolver_files);
	sd_event_source_disable_unref(web->calendar);
	sd_event_source_disable_unref(web->timer);
	sd_bus_unref(web->bus);
	free(web);
	return NULL;
}
