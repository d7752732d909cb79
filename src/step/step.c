/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot-step: runs the programs of a vendor's steps on behalf of firstbootd. Started by the
 * bus, ends soon after each, and PID 1 then ends what the program has left running. */

#include <errno.h>
#include <sys/prctl.h>

#include "bus_life.h"
#include "i18n.h"
#include "names.h"
#include "step_service.h"
#include "usec.h"
#include "util.h"

#define IDLE_USEC (2 * USEC_PER_SEC)

/* Does a program run? */
static bool is_busy(const void *userdata)
{
	return ((const struct step_service *)userdata)->run;
}

/* From the bus connection to the end of the event loop. */
static int run(void)
{
	_cleanup_(bus_life_done) struct bus_life life = {
		.name = STEP_NAME,
		.clock = CLOCK_MONOTONIC,
		.idle_usec = IDLE_USEC,
		.is_busy = is_busy,
	};
	_cleanup_(step_service_done) struct step_service service = { 0 };
	int r;

	life.last_call = &service.last_call;
	life.userdata = &service;
	r = bus_life_open(&life);
	if (r < 0)
		return r;
	service.event = life.event;
	service.bus = life.bus;
	r = step_service_init(&service);
	if (r < 0)
		return bus_life_complain(r, "Not started");
	r = bus_life_take_name(&life);
	return r < 0 ? r : bus_life_serve(&life);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		(void)fprintf(stderr, "usage: firstboot-step\n");
		return 2;
	}
	if (prctl(PR_SET_DUMPABLE, 0) < 0) {
		bus_life_complain(-errno, "Secrets cannot be kept out of core dumps");
		return 1;
	}
	i18n_init();
	return run() < 0 ? 1 : 0;
}
