/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus_life.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>

#include "usec.h"
#include "util.h"

int bus_life_complain(int r, const char *what)
{
	(void)fprintf(stderr, "<3>%s: %s\n", what, strerror(-r));
	return r;
}

/* An event loop that can wait for children, and for SIGTERM and SIGINT. */
static int new_event(sd_event **ret)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGTERM);
	sigaddset(&mask, SIGINT);
	sigaddset(&mask, SIGCHLD);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	return sd_event_default(ret);
}

/* Put the bus on the event loop, and the signals that end it. */
static int attach(const struct bus_life *life)
{
	int r;

	/* Without the bus there is nothing to wait for. */
	r = sd_bus_set_exit_on_disconnect(life->bus, true);
	if (r < 0)
		return r;
	r = sd_bus_attach_event(life->bus, life->event, life->priority);
	if (r < 0)
		return r;
	r = sd_event_add_signal(life->event, NULL, SIGTERM, life->on_signal, life->userdata);
	if (r < 0)
		return r;
	return sd_event_add_signal(life->event, NULL, SIGINT, life->on_signal, life->userdata);
}

int bus_life_open(struct bus_life *life)
{
	int r;

	r = new_event(&life->event);
	if (r < 0)
		return bus_life_complain(r, "No event loop");
	r = sd_bus_open_system(&life->bus);
	if (r < 0)
		return bus_life_complain(r, "No connection to the system bus");
	r = attach(life);
	return r < 0 ? bus_life_complain(r, "Not started") : 0;
}

int bus_life_take_name(const struct bus_life *life)
{
	char what[128];
	int r;

	r = sd_bus_request_name(life->bus, life->name, 0);
	if (r >= 0)
		return 0;
	(void)snprintf(what, sizeof(what), "The name %s could not be had", life->name);
	return bus_life_complain(r, what);
}

/* Is something under way that must not be forgotten? */
static bool is_busy(const struct bus_life *life)
{
	return life->is_busy && life->is_busy(life->userdata);
}

/* Give the name away, then serve what was sent to it before that. Returns 1 when the process may
 * end, 0 when that has begun something and the name is ours again. */
static int leave(const struct bus_life *life)
{
	int r;

	r = sd_bus_release_name(life->bus, life->name);
	if (r < 0)
		return r;
	do
		r = sd_bus_process(life->bus, NULL);
	while (r > 0);
	if (r < 0)
		return r;
	if (!is_busy(life))
		return 1;
	r = sd_bus_request_name(life->bus, life->name, 0);
	return r < 0 ? r : 0;
}

/* Has nobody called for long enough? */
static int handle_idle(sd_event_source *source, uint64_t usec, void *userdata)
{
	const struct bus_life *life = userdata;
	uint64_t quiet = usec_now(life->clock) - *life->last_call;
	uint64_t idle = life->idle_usec;
	int r;

	if (!is_busy(life) && quiet >= idle) {
		r = leave(life);
		if (r != 0)
			return r < 0 ? r : sd_event_exit(life->event, 0);
	}
	r = sd_event_source_set_time_relative(source, quiet < idle ? idle - quiet : idle);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int bus_life_serve(const struct bus_life *life)
{
	int r;

	r = sd_event_add_time_relative(
		life->event, NULL, life->clock, life->idle_usec, 0, handle_idle, (void *)life);
	if (r < 0)
		return bus_life_complain(r, "Not started");
	r = sd_event_loop(life->event);
	return r < 0 ? bus_life_complain(r, "The event loop failed") : r;
}

void bus_life_done(struct bus_life *life)
{
	life->bus = sd_bus_flush_close_unref(life->bus);
	life->event = sd_event_unref(life->event);
}

uid_t bus_life_console_uid(void)
{
	const struct passwd *entry = getpwnam(FIRSTBOOT_USER);

	return entry ? entry->pw_uid : 0;
}
