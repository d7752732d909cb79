/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of web.h share. Each of them sets schedules and takes answers; web.c has the one
 * timer. */

#include <limits.h>

#include "app.h"
#include "job_news.h"
#include "listeners.h"
#include "names.h"
#include "schedule.h"
#include "web.h"

#define WEB_NAMES_MAX	      4
#define WEB_CANDIDATE_MAX     256
#define WEB_LOOK_GAP_USEC     50000
#define WEB_ASK_GAP_USEC      250000
#define WEB_FIREWALL_GAP_USEC 100000 /* firstbootd itself keeps larger ones where it must */
#define WEB_RARE_GAP_USEC     500000 /* of what costs more: names, host keys */
#define WEB_OLD_USEC	      10000000
#define WEB_QUESTIONS_SECOND  16

/* What the configuration says of the web interface, to see when it says something else. */
struct web_config {
	bool enabled;
	char scheme[8], path[URL_MAX], unit[256], certificate[PATH_MAX];
	unsigned port;
};

/* What is asked about the URL of the same place in web->urls. On the heap: the prober answers to
 * it. */
struct web_question {
	struct web *web;
	struct schedule schedule;
	sd_bus_slot *slot; /* under way */
};

/* A name that may be this machine's. */
struct web_name {
	struct web *web;
	char name[WEB_CANDIDATE_MAX];
	sd_bus_slot *slot; /* being resolved */
	struct ip_addr addrs[PROBER_ADDRESSES_MAX];
	size_t n_addrs;
};

/* An address about which firstbootd has been asked. */
struct web_judging {
	struct web *web;
	struct ip_addr addr;
	int ifindex;
};

struct web {
	struct app *app;
	web_changed_fn changed;
	void *userdata;
	sd_bus *bus; /* that everything below hangs on; NULL for none */
	struct web_config config;
	sd_event_source *timer;
	sd_event_source *calendar;
	uint64_t next_day; /* CLOCK_REALTIME, usec, that it waits for */

	struct web_url urls[WEB_URLS_MAX];
	struct web_question *questions[WEB_URLS_MAX];
	size_t n;
	struct schedule_budget budget;

	unsigned served; /* see web_served_port() */
	struct listeners *listeners;
	struct schedule look;
	struct job_news jobs; /* while a listener is missing */
	struct unit_state *unit;

	struct schedule firewall;
	sd_event_source *firewall_changes;
	struct web_judging judgings[WEB_URLS_MAX];
	size_t n_judgings; /* not yet answered */

	struct schedule naming;
	sd_event_source *resolver_files;
	uint64_t surroundings; /* digest of what names depend on */
	struct web_name names[WEB_NAMES_MAX];
	size_t n_names;

	struct schedule reading;
	sd_event_source *key_files;
	sd_bus_slot *keys_slot;
	struct web_key keys[PROBER_KEYS_MAX];
	size_t n_keys;
	bool noting;
	struct noted_key noted[NOTED_KEYS_MAX]; /* what firstbootd was told last */
	size_t n_noted;

	struct schedule filing;
	sd_event_source *filed_changes;
	sd_bus_slot *filed_slot;
	struct web_filed filed;
};

uint64_t web_now(const struct web *web);

/* Tell whoever shows it, and set the timer to what is due next. */
void web_announce(struct web *web);
void web_arm(struct web *web);

/* Take over the URLs that are there now, with what is known of them. 1: they are others; -ENOMEM:
 * nothing is taken over. */
int web_take_urls(struct web *web);

/* web_calendar.c: wake when the words become others by time alone; cheap where that is waited for
 * already. */
int web_watch_calendar(struct web *web);
void web_set_calendar(struct web *web);

/* web_check.c: the prober's questions. */
bool web_may_ask(const struct web *web, size_t i); /* once its schedule says so */
void web_ask_urls(struct web *web, uint64_t now);
void web_forget_question(struct web *web, size_t i);
struct web_question *web_question_new(struct web *web, uint64_t now);
struct web_question *web_question_free(struct web_question *question);

/* web_certificate.c */
void web_follow_certificate(struct web *web); /* that of the configuration */
void web_read_certificate(struct web *web, uint64_t now);
void web_certificate_done(struct web *web);

/* web_firewall.c */
void web_watch_firewall(struct web *web);
void web_judge(struct web *web, uint64_t now);

/* web_listeners.c */
/* On this port from now on; nothing is known of what answers there. */
void web_follow_listeners(struct web *web, unsigned port);
void web_look(struct web *web, uint64_t now);
/* Would a connection to it find a listener? Where that cannot be seen the prober finds out. */
bool web_is_listened(const struct web *web, const struct web_url *url);

/* web_names.c */
void web_watch_names(struct web *web);
void web_look_at_names(struct web *web, uint64_t now);
void web_resolve(struct web *web, uint64_t now);
size_t web_add_names(const struct web *web, struct web_url urls[static WEB_URLS_MAX], size_t n);
void web_names_done(struct web *web);

/* web_keys.c */
void web_watch_keys(struct web *web);
void web_read_keys(struct web *web, uint64_t now);
void web_note_keys(struct web *web);
