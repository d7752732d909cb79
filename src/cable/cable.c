/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot-cable: makes sockets for packets on behalf of firstbootd, which so needs no right to
 * make any socket of the network itself. Started by the bus, ends by itself. */

#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "bus_life.h"
#include "caller.h"
#include "names.h"
#include "usec.h"
#include "util.h"

#define IDLE_USEC (10 * USEC_PER_SEC)

/* Log what failed, and return it. */
static int complain(int r, const char *what)
{
	(void)fprintf(stderr, "<3>%s: %s\n", what, strerror(-r));
	return r;
}

/* Open: a socket that is bound to nothing, and hears nothing until it is. */
static int method_open(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_close_ int fd = -1;
	uint64_t *last_call = userdata;
	uid_t uid;

	if (caller_identify(message, 0, &uid) < 0)
		return sd_bus_error_set(
			error, SD_BUS_ERROR_ACCESS_DENIED, "This account may not ask.");
	*last_call = usec_now(CLOCK_MONOTONIC);
	fd = socket(AF_PACKET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	return sd_bus_reply_method_return(message, "h", fd);
}

/* Root's alone: nothing is unprivileged. */
static const sd_bus_vtable vtable[] = {
	SD_BUS_VTABLE_START(0),
	SD_BUS_METHOD_WITH_ARGS("Open", SD_BUS_NO_ARGS, SD_BUS_RESULT("h", socket), method_open, 0),
	SD_BUS_VTABLE_END,
};

/* Every call is answered at once. */
static bool is_busy(const void *userdata)
{
	return false;
}

/* What comes for the name is answered by the event loop, not before. */
static int start(sd_event *event, sd_bus *bus, uint64_t *last_call)
{
	int r;

	*last_call = usec_now(CLOCK_MONOTONIC);
	r = sd_bus_set_exit_on_disconnect(bus, true);
	if (r >= 0)
		r = sd_bus_attach_event(bus, event, SD_EVENT_PRIORITY_NORMAL);
	if (r >= 0)
		r = sd_bus_add_object_vtable(
			bus, NULL, CABLE_PATH, CABLE_INTERFACE, vtable, last_call);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGTERM, NULL, NULL);
	if (r >= 0)
		r = sd_event_add_signal(event, NULL, SIGINT, NULL, NULL);
	return r < 0 ? r : sd_bus_request_name(bus, CABLE_NAME, 0);
}

/* From the bus connection to the end of the event loop. */
static int run(void)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	_cleanup_(sd_bus_flush_close_unrefp) sd_bus *bus = NULL;
	uint64_t last_call;
	struct bus_life life = { .name = CABLE_NAME,
		.clock = CLOCK_MONOTONIC,
		.idle_usec = IDLE_USEC,
		.last_call = &last_call,
		.is_busy = is_busy };
	int r;

	r = bus_life_new_event(&event);
	if (r < 0)
		return complain(r, "No event loop");
	r = sd_bus_open_system(&bus);
	if (r < 0)
		return complain(r, "No connection to the system bus");
	life.event = event;
	life.bus = bus;
	r = start(event, bus, &last_call);
	if (r >= 0)
		r = bus_life_watch(&life);
	if (r < 0)
		return complain(r, "Not started");
	r = sd_event_loop(event);
	return r < 0 ? complain(r, "The event loop failed") : r;
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		(void)fprintf(stderr, "usage: firstboot-cable\n");
		return 2;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		complain(-errno, "Not locked down");
		return 1;
	}
	return run() < 0 ? 1 : 0;
}
