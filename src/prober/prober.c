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

/* Is a question open? */
static bool is_busy(const void *userdata)
{
	const struct prober *prober = userdata;

	return prober->n_inquiries > 0;
}

/* Whoever is asked may go while OpenSSL writes. */
static int block_broken_pipe(void)
{
	sigset_t mask;

	sigemptyset(&mask);
	sigaddset(&mask, SIGPIPE);
	return sigprocmask(SIG_BLOCK, &mask, NULL) < 0 ? -errno : 0;
}

/* From the bus connection to the end of the event loop. */
static int run(void)
{
	_cleanup_(bus_life_done) struct bus_life life = {
		.name = PROBER_NAME,
		.clock = CLOCK_MONOTONIC,
		.idle_usec = arg_idle_seconds * USEC_PER_SEC,
		.is_busy = is_busy,
	};
	_cleanup_(prober_done) struct prober prober = { .ui_uid = bus_life_console_uid() };
	int r;

	life.last_call = &prober.last_call;
	life.userdata = &prober;
	r = block_broken_pipe();
	if (r < 0)
		return bus_life_complain(r, "Not started");
	r = bus_life_open(&life);
	if (r < 0)
		return r;
	prober.event = life.event;
	prober.bus = life.bus;
	r = prober_init(&prober);
	if (r < 0)
		return bus_life_complain(r, "Not started");
	r = bus_life_take_name(&life);
	return r < 0 ? r : bus_life_serve(&life);
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
		bus_life_complain(r, "Not locked down");
		return 1;
	}
	i18n_init();
	/* What is found out is said in the language of the screens. */
	(void)i18n_choose_configured();
	return run() < 0 ? 1 : 0;
}
