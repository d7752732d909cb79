/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "visit.h"

#include <errno.h>
#include <time.h>

#include "i18n.h"
#include "listeners.h"
#include "url.h"
#include "usec.h"
#include "util.h"
#include "web.h"

#define PAUSE_USEC   (USEC_PER_SEC / 2)
#define VISITORS_MAX 2

unsigned visit_seconds(const struct visit *visit)
{
	return (unsigned)((usec_now(CLOCK_MONOTONIC) - visit->started) / USEC_PER_SEC);
}

/* Nor without an address. */
static void look_for_address(struct visit *visit)
{
	size_t n;

	if (!visit->app->web)
		return;
	(void)web_urls(visit->app->web, &n);
	if (n == 0)
		(void)safe_format(visit->cause, sizeof(visit->cause), "%s",
			_("There is no address that it could be reached at."));
}

/* Who listens is looked at, not followed. */
static void ignore_change(struct listeners *listeners, void *userdata)
{
}

/* Nobody can come where nothing listens: then cause says so. */
static void look_for_listener(struct visit *visit)
{
	struct listeners *listeners = NULL;
	int r;

	if (listeners_new(visit->app->event, visit->served, ignore_change, NULL, &listeners) < 0)
		return;
	r = listeners_look(listeners);
	if (r == 0)
		(void)safe_format(visit->cause, sizeof(visit->cause),
			_("Nothing listens on TCP port %u of this machine, so nobody can reach "
			  "it: its web interface does not run (yet)."),
			visit->served);
	else if (r > 0 && listeners_only_loopback(listeners))
		(void)safe_format(visit->cause, sizeof(visit->cause),
			_("The web interface listens on TCP port %u for this machine alone (on a "
			  "loopback address), so nobody else can reach it. That is set in its own "
			  "configuration."),
			visit->served);
	listeners_free(listeners);
}

/* What may be wrong where something listens, and nobody has come. */
static void suspect_network(struct visit *visit)
{
	(void)safe_format(visit->cause, sizeof(visit->cause),
		_("No other computer has reached TCP port %u within %u s, but something listens "
		  "there. Check whether the address was typed as it stands, with \"%s://\" and "
		  "the port; whether the other computer is in the same network or has a way "
		  "here; and whether a firewall, of this machine or between, lets the port "
		  "through."),
		visit->port, VISIT_SECONDS, safe_text(visit->app->conf.web_scheme, 0).text);
}

/* Has anybody come? */
static void look_for_visitors(struct visit *visit)
{
	struct ip_addr addrs[VISITORS_MAX];
	int n = listeners_visitors(visit->served, addrs, VISITORS_MAX);
	char ip[IP_TEXT_MAX];

	for (int i = 0; i < n; i++) {
		size_t length = safe_length(visit->who);

		(void)safe_format(visit->who + length, sizeof(visit->who) - length, "%s%s",
			i > 0 ? OURS(", ") : OURS(""), safe_text(ip_format(&addrs[i], ip), 0).text);
	}
}

/* Look, and say whether it goes on. */
static int handle_time(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct visit *visit = userdata;
	unsigned seconds = visit_seconds(visit);
	int r;

	look_for_visitors(visit);
	if (!*visit->who && seconds >= VISIT_SECONDS) {
		look_for_listener(visit);
		if (!*visit->cause)
			suspect_network(visit);
	}
	visit->over = *visit->who || *visit->cause;
	visit->changed(visit);
	if (visit->over)
		return 0;
	r = sd_event_source_set_time_relative(source, PAUSE_USEC);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int visit_start(struct visit *visit, struct app *app, void (*changed)(struct visit *visit))
{
	*visit = (struct visit){ .app = app,
		.port = url_port(&app->conf),
		.served = app->web ? web_served_port(app->web) : url_port(&app->conf),
		.started = usec_now(CLOCK_MONOTONIC),
		.changed = changed };
	look_for_listener(visit);
	if (!*visit->cause)
		look_for_address(visit);
	visit->over = *visit->cause;
	if (visit->over)
		return 0;
	return sd_event_add_time_relative(
		app->event, &visit->timer, CLOCK_MONOTONIC, 0, 1, handle_time, visit);
}

void visit_stop(struct visit *visit)
{
	visit->timer = sd_event_source_disable_unref(visit->timer);
}
