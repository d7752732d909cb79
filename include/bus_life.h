/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How a service lives that the bus starts and that ends by itself, without losing a call. */

#include <stdbool.h>
#include <stdint.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

struct bus_life {
	const char *name;		       /* on the bus */
	clockid_t clock;		       /* of last_call */
	uint64_t idle_usec;		       /* without a call, until it ends */
	const uint64_t *last_call;	       /* usec */
	bool (*is_busy)(const void *userdata); /* then it does not end; NULL: it never is */
	int priority; /* of the bus in the event loop; SD_EVENT_PRIORITY_NORMAL is 0 */
	sd_event_signal_handler_t on_signal; /* SIGTERM, SIGINT; NULL: the event loop ends */
	void *userdata;

	sd_event *event; /* these two are made by bus_life_open(), and its own */
	sd_bus *bus;
};

/* All of these say what failed (bus_life_complain()) and return negative errno. */

/* The process's event loop, which can wait for children, and for SIGTERM and SIGINT: these are
 * blocked from now on. On it the system bus, without which the loop ends. */
int bus_life_open(struct bus_life *life);

/* Have the name. What comes for it is answered by the event loop, not before. */
int bus_life_take_name(const struct bus_life *life);

/* Serve until nobody has called for long enough: what sd_event_loop(3) returns. */
int bus_life_serve(const struct bus_life *life);

/* Close both. What lives on them must be gone. */
void bus_life_done(struct bus_life *life);

/* Tell the journal, by standard error, what failed, and return r. For the programs of such services
 * alone. */
int bus_life_complain(int r, const char *what);

/* The account of the console, which may call besides root; 0, root, where there is none. */
uid_t bus_life_console_uid(void);
