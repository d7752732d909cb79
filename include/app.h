/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a screen may ask for: the machine, firstbootd, the vendor's words. Made once by console.c
 * and cli.c. */

#include <stdbool.h>
#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "client.h"
#include "conf.h"
#include "given.h"
#include "netlink.h"
#include "safe_text.h"
#include "sysstate.h"

/* Links that are shown and asked about; a machine may have thousands. */
#define APP_LINKS_MAX 24

struct app;
struct web;
typedef void (*app_changed_fn)(struct app *app, void *userdata);
typedef void (*app_hangup_fn)(int signal, void *userdata);
typedef void (*app_claimed_fn)(void *userdata);

struct app {
	struct conf conf;
	sd_event *event;
	struct netlink *nl;
	sd_bus *bus;		   /* NULL until connected; may stay so */
	struct sysstate *sysstate; /* likewise */
	struct client *client;	   /* likewise */
	struct web *web;	   /* NULL until the first screen is painted; may stay so */
	bool console; /* we are the login shell of a console: there is nothing to quit to */
	bool state_known, unclaimed, login; /* firstbootd's GetState */
	bool change_tried;		    /* a network change is in force that is not kept yet */
	bool copy;			    /* this machine looks like a copy */
	struct given given;  /* what the unattended start was given; zeros where this is claimed */
	int trouble;	     /* why the network cannot be read, or 0 */
	bool wizard_offered; /* the wizard has opened by itself; it does so only once */

	/* app.c's and app_bus.c's own */
	bool finished, state_pending;
	sd_event_source *rest;	       /* nothing else is left to do, after a change */
	sd_event_source *asking_again; /* for the state, while it is not known */
	uint64_t pause_usec;	       /* the next pause before that, 0: the first one */
	int asked[APP_LINKS_MAX];      /* links that networkd was asked about */
	size_t n_asked;
	app_changed_fn changed;
	app_hangup_fn hangup;
	app_claimed_fn claimed;
	void *changed_userdata, *hangup_userdata, *claimed_userdata;
};

/* Read configuration and addresses: all that the first screen needs. */
int app_init(struct app *app);

/* Everything else: links, routes, the bus, firstbootd's state. Called once the first screen is
 * painted; does nothing the second time. Failure of the bus is no error. */
int app_finish_init(struct app *app);

/* The same without the web interface, for whoever shows no URL. */
int app_read_machine(struct app *app);

void app_done(struct app *app);

/* Connect to the bus (again) where there is no connection, and ask firstbootd for its state
 * (again). -errno: no bus. */
int app_ask_state(struct app *app);

/* Follow firstbootd's signals; to be called when somebody else has done so. */
void app_listen(struct app *app);

/* Somebody looks at the screen: see to what may have changed without an event. */
void app_look_again(struct app *app);

/* Has everybody answered who was asked by app_finish_init(), or by app_read_machine()? */
bool app_is_settled(const struct app *app);
bool app_is_answered(const struct app *app);

/* Run the event loop until is_enough says so, for at most so many usec. */
int app_wait(struct app *app, uint64_t usec, bool (*is_enough)(const void *userdata),
	const void *userdata);

/* May anybody see the details here ([Console] Display=), or only who has shown root's password? */
bool app_shows_details(const struct app *app);

/* A screen's wish to be told when anything above has changed; one at a time, NULL for none. */
void app_on_change(struct app *app, app_changed_fn changed, void *userdata);

/* A wish to be told when firstbootd says that the appliance belongs to somebody; likewise. */
void app_on_claim(struct app *app, app_claimed_fn claimed, void *userdata);

/* What to do at SIGHUP and SIGTERM in place of ending at once. */
void app_on_hangup(struct app *app, app_hangup_fn hangup, void *userdata);

/* The links that a customer cares for, the one with the default route first, then those that have a
 * cable; at most APP_LINKS_MAX. Returns how many; *ret_total is how many there are. The pointers
 * are borrowed until the event loop runs. */
size_t app_links(const struct app *app, const struct link *ret_links[static APP_LINKS_MAX],
	size_t *ret_total);

/* Ask networkd about the links that are shown and new, which tells later changes by itself, and let
 * go of those that are gone. */
void app_follow_links(struct app *app);

/* Is the manager of this link asked for what is shown of it, as long as it is there? */
bool app_follows_link(const struct app *app, int ifindex);
