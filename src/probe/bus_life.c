/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus_life.h"

#include <errno.h>
#include <pwd.h>
#include <signal.h>

#include "usec.h"
#include "util.h"

int bus_life_new_event(sd_event **ret)
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
	if (!life->is_busy(life->userdata))
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

	if (!life->is_busy(life->userdata) && quiet >= idle) {
		r = leave(life);
		if (r != 0)
			return r < 0 ? r : sd_event_exit(life->event, 0);
	}
	r = sd_event_source_set_time_relative(source, quiet < idle ? idle - quiet : idle);
	if (r < 0)
		return r;
	return sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
}

int bus_life_watch(const struct bus_life *life)
{
	return sd_event_add_time_relative(
		life->event, NULL, life->clock, life->idle_usec, 0, handle_idle, (void *)life);
}

uid_t bus_life_console_uid(void)
{
	const struct passwd *entry = getpwnam(FIRSTBOOT_USER);

	return entry ? entry->pw_uid : 0;
}
