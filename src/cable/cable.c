/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* firstboot-cable: makes sockets for packets on behalf of firstbootd, which so needs no right to
 * make any socket of the network itself. Started by the bus, ends by itself. */

#include <errno.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#include "bus_life.h"
#include "caller.h"
#include "names.h"
#include "usec.h"
#include "util.h"

#define IDLE_USEC (10 * USEC_PER_SEC)

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

/* From the bus connection to the end of the event loop. */
static int run(void)
{
	uint64_t last_call = usec_now(CLOCK_MONOTONIC);
	_cleanup_(bus_life_done) struct bus_life life = {
		.name = CABLE_NAME,
		.clock = CLOCK_MONOTONIC,
		.idle_usec = IDLE_USEC,
		.last_call = &last_call,
	};
	int r;

	r = bus_life_open(&life);
	if (r < 0)
		return r;
	r = sd_bus_add_object_vtable(
		life.bus, NULL, CABLE_PATH, CABLE_INTERFACE, vtable, &last_call);
	if (r < 0)
		return bus_life_complain(r, "Not started");
	r = bus_life_take_name(&life);
	return r < 0 ? r : bus_life_serve(&life);
}

int main(int argc, char **argv)
{
	if (argc > 1) {
		(void)fprintf(stderr, "usage: firstboot-cable\n");
		return 2;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) {
		bus_life_complain(-errno, "Not locked down");
		return 1;
	}
	return run() < 0 ? 1 : 0;
}
