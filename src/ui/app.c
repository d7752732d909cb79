/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "app_parts.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>

#include "language.h"
#include "screen.h"
#include "theme.h"
#include "util.h"
#include "web.h"

/* The C library keeps more and more of what was freed the larger it was, unless it is told a size.
 */
#define MEMORY_KEPT (128 * 1024)

/* Nothing is left to do for now: give back what was only needed in between. */
static int on_rest(sd_event_source *source, void *userdata)
{
	(void)malloc_trim(0);
	return 0;
}

void app_announce(struct app *app)
{
	(void)sd_event_source_set_enabled(app->rest, SD_EVENT_ONESHOT);
	if (app->web)
		web_update(app->web);
	if (app->changed)
		app->changed(app, app->changed_userdata);
}

/* The terminal is gone, or the machine goes down: leave it as it was. */
static int on_hangup(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
	struct app *app = userdata;

	if (app->hangup) {
		app->hangup((int)si->ssi_signo, app->hangup_userdata);
		return 0;
	}
	screen_abandon();
	exit(EXIT_SUCCESS);
}

/* Make the two signals that end us events. */
static int watch_signals(struct app *app)
{
	static const int signals[] = { SIGHUP, SIGTERM };
	sigset_t set;
	int r;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaddset(&set, signals[i]);
	if (sigprocmask(SIG_BLOCK, &set, NULL) < 0)
		return -errno;
	for (size_t i = 0; i < ARRAY_SIZE(signals); i++) {
		r = sd_event_add_signal(app->event, NULL, signals[i], on_hangup, app);
		if (r < 0)
			return r;
	}
	return 0;
}

/* Read configuration and addresses: all that the first screen needs. */
int app_init(struct app *app)
{
	int r;

	*app = (struct app){ 0 };
	(void)mallopt(M_MMAP_THRESHOLD, MEMORY_KEPT);
	(void)mallopt(M_TRIM_THRESHOLD, MEMORY_KEPT);
	r = conf_load("", NULL, NULL, &app->conf);
	if (r < 0)
		return r;
	language_choose(app->conf.language);
	theme_use(app->conf.theme);
	r = sd_event_new(&app->event);
	if (r < 0)
		return r;
	r = watch_signals(app);
	if (r < 0)
		return r;
	r = sd_event_add_defer(app->event, &app->rest, on_rest, NULL);
	if (r < 0)
		return r;
	r = sd_event_source_set_priority(app->rest, SD_EVENT_PRIORITY_IDLE);
	if (r < 0)
		return r;
	r = netlink_new(&app->nl);
	if (r < 0)
		return r;
	return netlink_read_addresses(app->nl);
}

/* The kernel's tables have changed. */
static void on_netlink(struct netlink *nl, void *userdata)
{
	struct app *app = userdata;

	app_follow_links(app);
	app_announce(app);
}

bool app_is_settled(const struct app *app)
{
	return app_is_answered(app) && (!app->web || web_is_settled(app->web));
}

int app_wait(struct app *app, uint64_t usec, bool (*is_enough)(const void *userdata),
	const void *userdata)
{
	uint64_t now, end;
	int r = sd_event_now(app->event, CLOCK_MONOTONIC, &now);

	for (end = now + usec; r >= 0 && now < end && !is_enough(userdata);) {
		r = sd_event_run(app->event, end - now);
		if (r >= 0)
			r = sd_event_now(app->event, CLOCK_MONOTONIC, &now);
	}
	return r;
}

/* Something is proven of a URL, or is not true any more. */
static void on_web(struct web *web, void *userdata)
{
	struct app *app = userdata;

	if (app->changed)
		app->changed(app, app->changed_userdata);
}

void app_look_again(struct app *app)
{
	if (app->bus && sd_bus_is_open(app->bus) <= 0)
		(void)app_ask_state(app);
	if (!app->web)
		return;
	web_update(app->web);
	web_look_again(app->web);
}

int app_read_machine(struct app *app)
{
	int r;

	if (app->finished)
		return 0;
	app->finished = true;
	r = netlink_read_links(app->nl);
	if (r < 0)
		return r;
	r = netlink_read_routes(app->nl);
	if (r < 0)
		return r;
	r = netlink_attach(app->nl, app->event, on_netlink, app);
	if (r < 0)
		return r;
	(void)app_ask_state(app);
	return 0;
}

/* All of that, and the URLs' proofs. */
int app_finish_init(struct app *app)
{
	bool finished = app->finished;
	int r = app_read_machine(app);

	if (r >= 0 && !finished)
		(void)web_new(app, on_web, app, &app->web);
	return r;
}

bool app_shows_details(const struct app *app)
{
	return !app->console || app->conf.display == DISPLAY_FULL;
}

void app_on_hangup(struct app *app, app_hangup_fn hangup, void *userdata)
{
	app->hangup = hangup;
	app->hangup_userdata = userdata;
}

void app_on_claim(struct app *app, app_claimed_fn claimed, void *userdata)
{
	app->claimed = claimed;
	app->claimed_userdata = userdata;
}

void app_on_change(struct app *app, app_changed_fn changed, void *userdata)
{
	app->changed = changed;
	app->changed_userdata = userdata;
}

void app_done(struct app *app)
{
	app->web = web_free(app->web);
	app_bus_done(app);
	app->nl = netlink_free(app->nl);
	app->rest = sd_event_source_disable_unref(app->rest);
	app->event = sd_event_unref(app->event);
	conf_done(&app->conf);
}
