/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How a service lives that the bus starts and that ends by itself, without losing a call. */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

struct bus_life {
	sd_event *event;
	sd_bus *bus;
	const char *name;		       /* on the bus */
	clockid_t clock;		       /* of last_call */
	uint64_t idle_usec;		       /* without a call, until it ends */
	const uint64_t *last_call;	       /* usec */
	bool (*is_busy)(const void *userdata); /* then it does not end */
	const void *userdata;
};

/* The process's event loop, which can wait for children, and for SIGTERM and SIGINT: these are
 * blocked from now on. */
int bus_life_new_event(sd_event **ret);

/* Leave the event loop once nobody has called for long enough. life is borrowed until then. */
int bus_life_watch(const struct bus_life *life);

/* The account of the console, which may call besides root; 0, root, where there is none. */
uid_t bus_life_console_uid(void);
