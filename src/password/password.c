/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot-password: verifies and sets root's password on behalf of firstbootd. Started by the
 * bus, ends by itself. */

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "bus_life.h"
#include "i18n.h"
#include "names.h"
#include "password_service.h"
#include "usec.h"
#include "util.h"

#define IDLE_USEC (10 * USEC_PER_SEC)

/* Log what failed, and return it. */
static int complain(int r, const char *what)
{
	(void)fprintf(stderr, "<3>%s: %s\n", what, strerror(-r));
	return r;
}

/* Is a call not yet answered? */
static bool is_busy(const void *userdata)
{
	const struct password_service *service = userdata;

	return service->n_open > 0;
}

/* What comes for the name is answered by the event loop, not before. */
static int start(struct password_service *service, const struct bus_life *life)
{
	int r;

	r = sd_bus_set_exit_on_disconnect(service->bus, true);
	if (r < 0)
		return r;
	r = sd_bus_attach_event(service->bus, service->event, SD_EVENT_PRIORITY_NORMAL);
	if (r < 0)
		return r;
	r = password_service_init(service);
	if (r < 0)
		return r;
	r = sd_event_add_signal(service->event, NULL, SIGTERM, NULL, NULL);
	if (r < 0)
		return r;
	r = sd_event_add_signal(service->event, NULL, SIGINT, NULL, NULL);
	if (r < 0)
		return r;
	r = sd_bus_request_name(service->bus, PASSWORD_NAME, 0);
	if (r < 0)
		return complain(r, "The name " PASSWORD_NAME " could not be had");
	return bus_life_watch(life);
}

/* From the bus connection to the end of the event loop. */
static int run(const struct conf *conf)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	struct password_service service = { .conf = conf };
	struct bus_life life = {
		.name = PASSWORD_NAME,
		.clock = CLOCK_MONOTONIC,
		.idle_usec = IDLE_USEC,
		.last_call = &service.last_call,
		.is_busy = is_busy,
		.userdata = &service,
	};
	int r;

	r = bus_life_new_event(&event);
	if (r < 0)
		return complain(r, "No event loop");
	r = sd_bus_open_system(&bus);
	if (r < 0)
		return complain(r, "No connection to the system bus");
	service.event = event;
	service.bus = bus;
	life.event = event;
	life.bus = bus;
	r = start(&service, &life);
	if (r < 0)
		return complain(r, "Not started");
	r = sd_event_loop(event);
	return r < 0 ? complain(r, "The event loop failed") : r;
}

int main(int argc, char **argv)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	int r;

	if (argc > 1) {
		(void)fprintf(stderr, "usage: firstboot-password\n");
		return 2;
	}
	if (prctl(PR_SET_DUMPABLE, 0) < 0) {
		complain(-errno, "Passwords cannot be kept out of core dumps");
		return 1;
	}
	(void)umask(022);
	i18n_init();
	/* firstbootd complains of what is wrong in it. */
	r = conf_load("", NULL, NULL, &conf);
	if (r < 0) {
		complain(r, "firstboot.conf");
		return 1;
	}
	return run(&conf) < 0 ? 1 : 0;
}
