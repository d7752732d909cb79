/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The questions to the prober: one for each URL at a time, and not many a second. */

#include <errno.h>

#include "usec.h"
#include "util.h"
#include "web_parts.h"

struct web_question *web_question_new(struct web *web, uint64_t now)
{
	struct web_question *question = calloc(1, sizeof(*question));

	if (!question)
		return NULL;
	question->web = web;
	question->schedule = SCHEDULE_INIT;
	schedule_event(&question->schedule, now, WEB_ASK_GAP_USEC);
	return question;
}

struct web_question *web_question_free(struct web_question *question)
{
	if (question)
		sd_bus_slot_unref(question->slot);
	free(question);
	return NULL;
}

/* Statuses by which a server tells that it is at work: a page, another place, or a login. */
static bool status_is_good(unsigned status)
{
	return (status >= 100 && status < 400) || status == 401 || status == 403;
}

bool web_url_serves(const struct web_url *url)
{
	return url->error == 0 && url->checked && url->check.answer == WEB_ANSWERED &&
	       status_is_good(url->check.status);
}

/* The place of a question's URL. */
static size_t index_of(const struct web_question *question)
{
	size_t i = 0;

	while (question->web->questions[i] != question)
		i++;
	return i;
}

/* Keep what is known now. Returns whether a reader would see something else. */
static bool take_check(struct web_url *url, int error, const struct webcheck *check)
{
	struct web_url before = *url;

	url->checked = true;
	url->error = error;
	url->check = error < 0 ? (struct webcheck){ 0 } : *check;
	/* How long it took is no news. */
	url->check.took_usec = 0;
	if (web_url_serves(url))
		url->since = 0;
	else if (web_url_serves(&before))
		url->since = usec_now(CLOCK_REALTIME);
	if (!streq(before.check.certificate.sha256, url->check.certificate.sha256))
		url->certificate_changed = false;
	return memcmp(&before, url, sizeof(before)) != 0;
}

/* The prober has answered, or cannot. */
static void on_checked(int error, const struct webcheck *check, void *userdata)
{
	struct web_question *question = userdata;
	struct web *web = question->web;
	struct web_url *url = &web->urls[index_of(question)];
	uint64_t now = web_now(web);
	bool different = take_check(url, error, check);

	question->slot = sd_bus_slot_unref(question->slot);
	schedule_end(&question->schedule, now, web_url_serves(url));
	/* What listens has gone without a word. */
	if (error == 0 && check->answer == WEB_REFUSED)
		schedule_event(&web->look, now, WEB_ASK_GAP_USEC);
	web_note_keys(web);
	if (different)
		web_announce(web);
	web_arm(web);
}

/* Ask about one URL. Without a bus only its coming makes another question worth it. */
static void ask(struct web *web, size_t i, uint64_t now)
{
	const struct web_config *config = &web->config;
	struct web_question *question = web->questions[i];
	struct web_url *url = &web->urls[i];
	int r = -ENOTCONN;

	schedule_begin(&question->schedule, now);
	if (web->bus)
		r = prober_check_web(web->bus, 0, &url->addr, web->served, config->scheme,
			config->path, url->host, on_checked, question, &question->slot);
	if (r >= 0)
		return;
	if (take_check(url, r, NULL))
		web_announce(web);
	schedule_end(&question->schedule, now, !web->bus);
}

bool web_may_ask(const struct web *web, size_t i)
{
	return web->config.enabled && web->urls[i].listening && !web->questions[i]->slot;
}

void web_ask_urls(struct web *web, uint64_t now)
{
	for (size_t i = 0; i < web->n; i++) {
		struct web_question *question = web->questions[i];
		uint64_t later;

		if (!web_may_ask(web, i) || !schedule_is_due(&question->schedule, now))
			continue;
		later = schedule_spend(&web->budget, now, WEB_QUESTIONS_SECOND);
		if (later == 0)
			ask(web, i, now);
		else
			question->schedule.due = later;
	}
}

void web_forget_question(struct web *web, size_t i)
{
	web->questions[i]->slot = sd_bus_slot_unref(web->questions[i]->slot);
	web->questions[i]->schedule.due = SCHEDULE_NEVER;
	web->urls[i].checked = false;
	web->urls[i].error = 0;
	web->urls[i].check = (struct webcheck){ 0 };
}
