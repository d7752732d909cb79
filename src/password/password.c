/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot-password: verifies and sets root's password on behalf of firstbootd. Started by the
 * bus, ends by itself. */

#include <errno.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "bus_life.h"
#include "i18n.h"
#include "names.h"
#include "password_service.h"
#include "usec.h"
#include "util.h"

#define IDLE_USEC (10 * USEC_PER_SEC)

/* Is a call not yet answered? */
static bool is_busy(const void *userdata)
{
	const struct password_service *service = userdata;

	return service->n_open > 0;
}

/* From the bus connection to the end of the event loop. */
static int run(const struct conf *conf)
{
	struct password_service service = { .conf = conf };
	_cleanup_(bus_life_done) struct bus_life life = {
		.name = PASSWORD_NAME,
		.clock = CLOCK_MONOTONIC,
		.idle_usec = IDLE_USEC,
		.last_call = &service.last_call,
		.is_busy = is_busy,
		.userdata = &service,
	};
	int r;

	r = bus_life_open(&life);
	if (r < 0)
		return r;
	service.event = life.event;
	service.bus = life.bus;
	r = password_service_init(&service);
	if (r < 0)
		return bus_life_complain(r, "Not started");
	r = bus_life_take_name(&life);
	return r < 0 ? r : bus_life_serve(&life);
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
		bus_life_complain(-errno, "Passwords cannot be kept out of core dumps");
		return 1;
	}
	(void)umask(022);
	i18n_init();
	/* firstbootd complains of what is wrong in it. */
	r = conf_load("", NULL, NULL, &conf);
	if (r < 0) {
		bus_life_complain(r, "firstboot.conf");
		return 1;
	}
	i18n_choose(conf.language);
	return run(&conf) < 0 ? 1 : 0;
}
