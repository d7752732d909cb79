/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Who listens on the web port: looked for while one is missing, heard of when one goes. */

#include "usec.h"
#include "util.h"
#include "web_parts.h"

bool web_is_listened(const struct web *web, const struct web_url *url)
{
	return !web->listeners || listeners_have(web->listeners, &url->addr, url->ifindex);
}

/* Compare the listeners with the URLs: what was said of one that has gone is not true any more.
 * Returns whether something is different. */
static bool take_listeners(struct web *web, uint64_t now)
{
	bool different = false, lost = false;

	for (size_t i = 0; i < web->n; i++) {
		struct web_url *url = &web->urls[i];
		bool listening = web_is_listened(web, url);

		if (listening == url->listening)
			continue;
		different = true;
		url->listening = listening;
		if (listening) {
			schedule_event(&web->questions[i]->schedule, now, 0);
			continue;
		}
		web_forget_question(web, i);
		url->since = usec_now(CLOCK_REALTIME);
		lost = true;
	}
	if (lost)
		schedule_event(&web->look, now, WEB_LOOK_GAP_USEC);
	return different;
}

/* Something listens on every URL. */
static bool all_listening(const struct web *web)
{
	for (size_t i = 0; i < web->n; i++)
		if (!web->urls[i].listening)
			return false;
	return true;
}

/* Some unit of the machine has come up or gone down: its server may have come. */
static int handle_job(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	struct web *web = userdata;

	schedule_event(&web->look, web_now(web), WEB_ASK_GAP_USEC);
	web_arm(web);
	return 0;
}

/* Hear of jobs only while a listener is missing: every service of the machine makes some. */
static void follow_jobs(struct web *web, bool on)
{
	if (!on || !web->bus)
		job_news_done(&web->jobs);
	else
		(void)job_news_watch(web->bus, handle_job, web, &web->jobs);
}

void web_look(struct web *web, uint64_t now)
{
	bool good;
	int r = 0;

	if (!schedule_is_due(&web->look, now))
		return;
	schedule_begin(&web->look, now);
	if (web->listeners && web->config.enabled)
		r = listeners_look(web->listeners);
	if (r < 0)
		web->listeners = listeners_free(web->listeners);
	if (take_listeners(web, now) || r > 0)
		web_announce(web);
	good = !web->config.enabled || all_listening(web);
	follow_jobs(web, !good);
	schedule_end(&web->look, now, good);
}

/* A listener has gone. */
static void on_listeners(struct listeners *listeners, void *userdata)
{
	struct web *web = userdata;

	(void)take_listeners(web, web_now(web));
	web_announce(web);
	web_arm(web);
}

void web_follow_listeners(struct web *web, unsigned port)
{
	uint64_t now = web_now(web);

	web->served = port;
	web->listeners = listeners_free(web->listeners);
	if (web->config.enabled &&
		listeners_new(web->app->event, port, on_listeners, web, &web->listeners) >= 0)
		(void)listeners_look(web->listeners);
	for (size_t i = 0; i < web->n; i++) {
		web_forget_question(web, i);
		web->urls[i].listening = false;
		web->urls[i].since = 0;
	}
	(void)take_listeners(web, now);
	schedule_event(&web->look, now, WEB_LOOK_GAP_USEC);
}

const char *web_listens_on(const struct web *web)
{
	return web->listeners ? listeners_places(web->listeners) : "";
}

unsigned web_served_port(const struct web *web)
{
	return web->served;
}

const char *web_only_loopback(const struct web *web)
{
	static const struct ip_addr ipv4 = { AF_INET, { 127, 0, 0, 1 } };

	if (!web->listeners || !listeners_only_loopback(web->listeners))
		return NULL;
	return listeners_have(web->listeners, &ipv4, 0) ? "127.0.0.1" : "::1";
}
