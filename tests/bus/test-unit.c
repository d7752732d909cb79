/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* unit_state.h and job_news.h at work, for test_units.py: follows the unit that is its argument,
 * and the jobs of all units once it is asked for them. */

#include <errno.h>
#include <inttypes.h>

#include "job_news.h"
#include "questions.h"
#include "unit_state.h"
#include "util.h"

struct watcher {
	sd_bus *bus;
	struct unit_state *unit;
	struct job_news news;
	unsigned changes, wakeups, jobs;
	struct questions questions;
};

static void on_change(struct unit_state *unit, void *userdata)
{
	struct watcher *watcher = userdata;

	watcher->changes++;
}

/* Behind everything that the loop wakes up for; questions count, too. */
static int on_wakeup(sd_event_source *source, void *userdata)
{
	struct watcher *watcher = userdata;

	watcher->wakeups++;
	return 0;
}

static void print_facts(void *userdata, const char *argument)
{
	static const char *const phases[UNIT_N_PHASES] = { "unknown", "missing", "inactive",
		"waiting", "starting", "active", "reloading", "stopping", "failed", "restarting" };
	struct watcher *watcher = userdata;
	const struct unit_facts *facts = unit_state_facts(watcher->unit);

	printf("name %s\nphase %s\nwaits %s\nsince %" PRIu64 "\nmonotonic %" PRIu64
	       "\nresult %s\ncode %d\nstatus %d\nlog %s\n",
		facts->name, phases[facts->phase], facts->waits_for, facts->since,
		facts->since_monotonic, facts->result, facts->exit_code, facts->exit_status,
		facts->log);
}

static void print_counts(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;

	printf("changes %u\nwakeups %u\n", watcher->changes, watcher->wakeups);
}

static int on_job(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	struct watcher *watcher = userdata;

	watcher->jobs++;
	return 0;
}

/* How many have ended since the first of these questions. */
static void print_jobs(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;

	if (job_news_watch(watcher->bus, on_job, watcher, &watcher->news) >= 0)
		printf("jobs %u\n", watcher->jobs);
}

static const struct question table[] = {
	{ "facts", print_facts },
	{ "counts", print_counts },
	{ "jobs", print_jobs },
	{ NULL, NULL },
};

static int run(struct watcher *watcher, sd_event *event, sd_bus *bus, const char *unit)
{
	_cleanup_(sd_event_source_unrefp) sd_event_source *wakeups = NULL;
	int r = sd_bus_attach_event(bus, event, SD_EVENT_PRIORITY_NORMAL);

	if (r >= 0)
		r = unit_state_new(bus, unit, on_change, watcher, &watcher->unit);
	if (r >= 0)
		r = sd_event_add_post(event, &wakeups, on_wakeup, watcher);
	if (r >= 0)
		r = questions_attach(event, &watcher->questions);
	return r < 0 ? r : sd_event_loop(event);
}

int main(int argc, char **argv)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	struct watcher watcher = { .questions = { table, &watcher } };
	int r = argc == 2 ? sd_event_new(&event) : -EINVAL;

	if (r >= 0)
		r = sd_bus_open_system(&bus);
	watcher.bus = bus;
	if (r >= 0)
		r = run(&watcher, event, bus, argv[1]);
	job_news_done(&watcher.news);
	unit_state_free(watcher.unit);
	if (r < 0)
		fprintf(stderr, "test-unit: %s\n", strerror(-r));
	return r != 0;
}
