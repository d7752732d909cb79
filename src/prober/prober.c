/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot-prober: asks web servers, name servers and machines on behalf of the start screen.
 * Started by the bus without a privilege, ends by itself. */

#include <errno.h>
#include <getopt.h>
#include <signal.h>

#include "bus_life.h"
#include "i18n.h"
#include "prober.h"
#include "prober_service.h"
#include "syscall_filter.h"
#include "usec.h"
#include "util.h"

static unsigned arg_idle_seconds = 10;

/* Log what failed, and return it. */
static int complain(int r, const char *what)
{
	(void)fprintf(stderr, "<3>%s: %s\n", what, strerror(-r));
	return r;
}

/* Is a question open? */
static bool is_busy(const void *userdata)
{
	const struct prober *prober = userdata;

	return prober->n_inquiries > 0;
}

/* -- start and end ---------------------------------------------------------------------------- */

/* An event loop that can wait for children and ends with SIGTERM and SIGINT. */
static int open_event(sd_event **ret)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	sigset_t mask;
	int r;

	sigemptyset(&mask);
	/* Whoever is asked may go while OpenSSL writes. */
	sigaddset(&mask, SIGPIPE);
	if (sigprocmask(SIG_BLOCK, &mask, NULL) < 0)
		return -errno;
	r = bus_life_new_event(&event);
	if (r < 0)
		return r;
	r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
	if (r < 0)
		return r;
	r = sd_event_add_signal(event, NULL, SIGINT, NULL, NULL);
	if (r < 0)
		return r;
	*ret = take_ptr(event);
	return 0;
}

/* What comes for the name is answered by the event loop, not before. */
static int start(struct prober *prober, const struct bus_life *life)
{
	int r;

	r = sd_bus_set_exit_on_disconnect(prober->bus, true);
	if (r < 0)
		return r;
	r = sd_bus_attach_event(prober->bus, prober->event, SD_EVENT_PRIORITY_NORMAL);
	if (r < 0)
		return r;
	r = prober_init(prober);
	if (r < 0)
		return r;
	r = sd_bus_request_name(prober->bus, PROBER_NAME, 0);
	if (r < 0)
		return complain(r, "The name " PROBER_NAME " could not be had");
	return bus_life_watch(life);
}

/* From the bus connection to the end of the event loop. */
static int run(void)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	_cleanup_(prober_done) struct prober prober = { .ui_uid = bus_life_console_uid() };
	struct bus_life life = {
		.name = PROBER_NAME,
		.clock = CLOCK_MONOTONIC,
		.idle_usec = arg_idle_seconds * USEC_PER_SEC,
		.last_call = &prober.last_call,
		.is_busy = is_busy,
		.userdata = &prober,
	};
	int r;

	r = open_event(&event);
	if (r < 0)
		return complain(r, "No event loop");
	r = sd_bus_open_system(&bus);
	if (r < 0)
		return complain(r, "No connection to the system bus");
	prober.event = event;
	prober.bus = bus;
	life.event = event;
	life.bus = bus;
	r = start(&prober, &life);
	if (r < 0)
		return complain(r, "Not started");
	r = sd_event_loop(event);
	return r < 0 ? complain(r, "The event loop failed") : r;
}

/* The one option is for tests. */
static int parse_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "idle-seconds", required_argument, NULL, 'i' },
		{ 0 },
	};
	int c, seconds;

	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		seconds = c == 'i' ? atoi(optarg) : 0;
		if (seconds <= 0 || seconds > 86400)
			return -EINVAL;
		arg_idle_seconds = (unsigned)seconds;
	}
	return optind < argc ? -EINVAL : 0;
}

int main(int argc, char **argv)
{
	int r;

	if (parse_options(argc, argv) < 0) {
		(void)fprintf(stderr, "usage: firstboot-prober [--idle-seconds=N]\n");
		return 2;
	}
	r = syscall_filter_enter(SYSCALL_FILTER_NO_EXEC);
	if (r < 0) {
		complain(r, "Not locked down");
		return 1;
	}
	i18n_init();
	return run() < 0 ? 1 : 0;
}
