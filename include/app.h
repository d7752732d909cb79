/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a screen may ask for: the machine, firstbootd, the vendor's words. Made once by console.c
 * and cli.c. */

#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "client.h"
#include "conf.h"
#include "netlink.h"
#include "sysstate.h"

struct app {
	struct conf conf;
	sd_event *event;
	struct netlink *nl;
	sd_bus *bus;		   /* NULL until connected; may stay so */
	struct sysstate *sysstate; /* likewise */
	struct client *client;	   /* likewise */
	bool console; /* we are the login shell of a console: there is nothing to quit to */
	bool state_known, unclaimed, login; /* firstbootd's GetState */
};

/* Read configuration and addresses: all that the first screen needs. */
int app_init(struct app *app);

/* Everything else: links, routes, the bus, firstbootd's state. Called once the first screen is
 * painted. Failure of the bus is no error. */
int app_finish_init(struct app *app);

void app_done(struct app *app);

/* A screen's wish to be told when anything above has changed; one at a time, NULL for none. */
typedef void (*app_changed_fn)(struct app *app, void *userdata);
void app_on_change(struct app *app, app_changed_fn changed, void *userdata);
