/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstbootd: changes the machine on behalf of the console and of root. Started by the bus, ends by
 * itself. */

#include <errno.h>
#include <getopt.h>
#include <sys/prctl.h>
#include <sys/stat.h>

#include "bus_life.h"
#include "claim.h"
#include "i18n.h"
#include "logins.h"
#include "names.h"
#include "service.h"
#include "usec.h"
#include "util.h"
#include "wizard_order.h"

#define NETWORK_TIMEOUT_USEC (25 * USEC_PER_SEC)

static unsigned arg_idle_seconds = 30;
static unsigned arg_confirm_seconds; /* 0: as firstboot.conf says */
static bool arg_dry_run;

/* A line of firstboot.conf that was not understood. */
static void complain_conf(const char *file, int line, const char *what, void *userdata)
{
	(void)fprintf(stderr, "<4>%s:%d: %s\n", file, line, what);
}

/* Is there something that must not be forgotten? */
static bool is_busy(const void *userdata)
{
	return service_is_busy(userdata);
}

/* -- start and end ------------------------------------------------------------------------------
 */

/* SIGTERM or SIGINT. */
static int handle_signal(
	sd_event_source *source, const struct signalfd_siginfo *info, void *userdata)
{
	return service_end(userdata);
}

/* The object, the name, and what an earlier process has left. */
static int start_service(struct service *service, const struct bus_life *life)
{
	int r;

	service->event = life->event;
	service->bus = life->bus;
	/* What is still to be taken back at the end needs the bus. */
	r = sd_bus_set_close_on_exit(life->bus, false);
	if (r >= 0)
		r = service_init(service);
	if (r < 0)
		return bus_life_complain(r, "Not started");
	r = bus_life_take_name(life);
	if (r < 0)
		return r;
	r = service_recover(service);
	if (r < 0)
		return bus_life_complain(r, "A network change of before could not be looked for");
	service_keymap_recover(service);
	/* Whoever asks for the state later is told what comes of it. */
	if (claim_is_open(service->apply.root))
		(void)logins_look(service);
	return 0;
}

/* From the bus connection to the end of the event loop. */
static int run(const struct conf *conf)
{
	_cleanup_(bus_life_done) struct bus_life life = {
		.name = BUS_NAME,
		.clock = CLOCK_BOOTTIME,
		.idle_usec = arg_idle_seconds * USEC_PER_SEC,
		.is_busy = is_busy,
		/* Behind the rest: where an earlier process left nothing, that is known before the
		 * first call. */
		.priority = SD_EVENT_PRIORITY_NORMAL + 1,
		.on_signal = handle_signal,
	};
	_cleanup_(service_done) struct service service = {
		.conf = conf,
		.network = arg_dry_run ? &apply_dry_run : NULL,
		.ui_uid = bus_life_console_uid(),
		.apply = { .root = "",
			.network_timeout_usec = NETWORK_TIMEOUT_USEC,
			.confirm_usec = (arg_confirm_seconds ? arg_confirm_seconds
							     : conf->confirm_seconds) *
					USEC_PER_SEC },
	};
	int r;

	life.last_call = &service.last_call;
	life.userdata = &service;
	r = bus_life_open(&life);
	if (r < 0)
		return r;
	r = start_service(&service, &life);
	if (r < 0)
		return r;
	r = bus_life_serve(&life);
	/* Whoever started it shall start it again where the bus has gone: a change may be open. */
	return r > 0 ? bus_life_complain(-ENOTCONN, "The system bus has gone") : r;
}

/* A whole number of seconds from an option. */
static int parse_seconds(const char *text, unsigned *ret)
{
	char *end;
	unsigned long value;

	errno = 0;
	value = strtoul(text, &end, 10);
	if (errno != 0 || *end || end == text || value == 0 || value > 86400)
		return -EINVAL;
	*ret = (unsigned)value;
	return 0;
}

/* Options are for tests and for packagers; none of them is for a caller on the bus. */
static int parse_options(int argc, char **argv)
{
	static const struct option options[] = {
		{ "idle-seconds", required_argument, NULL, 'i' },
		{ "confirm-seconds", required_argument, NULL, 'c' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ 0 },
	};
	int c, r = 0;

	while (r == 0 && (c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 'i')
			r = parse_seconds(optarg, &arg_idle_seconds);
		else if (c == 'c')
			r = parse_seconds(optarg, &arg_confirm_seconds);
		else if (c == 'n')
			arg_dry_run = true;
		else
			r = -EINVAL;
	}
	return r == 0 && optind < argc ? -EINVAL : r;
}

int main(int argc, char **argv)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	int r;

	if (parse_options(argc, argv) < 0) {
		(void)fprintf(stderr,
			"usage: firstbootd [--idle-seconds=N] [--confirm-seconds=N] [--dry-run]\n");
		return 2;
	}
	if (prctl(PR_SET_DUMPABLE, 0) < 0) {
		bus_life_complain(-errno, "Passwords cannot be kept out of core dumps");
		return 1;
	}
	(void)umask(022);
	if (mkdir(RUNDIR, 0700) < 0 && errno != EEXIST) {
		bus_life_complain(-errno, RUNDIR);
		return 1;
	}
	r = conf_load("", complain_conf, NULL, &conf);
	if (r >= 0)
		r = wizard_order_check("", &conf, complain_conf, NULL);
	if (r < 0) {
		bus_life_complain(r, "firstboot.conf");
		return 1;
	}
	i18n_choose(conf.language);
	return run(&conf) < 0 ? 1 : 0;
}
