/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files that follow a unit have in common. */

#include "unit_state.h"

#define SYSTEMD1      "org.freedesktop.systemd1"
#define SYSTEMD1_PATH "/org/freedesktop/systemd1"
#define MANAGER	      SYSTEMD1 ".Manager"
#define PROPERTIES    "org.freedesktop.DBus.Properties"

struct unit_moment {
	uint64_t realtime, monotonic; /* usec; 0: never */
};

/* A unit as PID 1 shows it, with its job and how it ended. */
struct unit_view {
	char id[256]; /* its own name, where it was asked for by another one */
	char load[16], active[16], sub[24];
	uint32_t job; /* 0: none is enqueued */
	char job_path[128], job_type[24], job_state[16];
	struct unit_moment active_enter, active_exit, inactive_enter, inactive_exit, changed;
	char result[32];
	int exit_code, exit_status; /* of its main process */
	struct unit_moment exit;    /* and when it ended */
	/* Likewise of the commands beside that, the one that failed last; 0: none did. */
	int command_code, command_status;
	uint64_t command_end; /* CLOCK_MONOTONIC, usec */
};

/* Take what is known by name from properties (a{sv}) of the unit, of its job or of its kind. */
int unit_view_read(sd_bus_message *message, struct unit_view *view);

/* The phase, its time and how it ended. */
void unit_view_judge(const struct unit_view *view, struct unit_facts *ret);

/* A unit that is followed. */
struct unit_state {
	sd_bus *bus;
	char name[256];
	unit_state_changed_fn changed;
	void *userdata;
	struct unit_facts facts;

	sd_bus_slot *owner_match, *reloading_match; /* PID 1 */
	sd_bus_slot *properties_match, *job_filter; /* the unit */
	sd_bus_slot *waiting_match;		    /* jobs that end, while it waits */
	sd_bus_slot *begin_match;		    /* the job it waits for, until that runs */
	char begin_path[128];			    /* and its object */
	char watched[256];			    /* the name that those of the unit are for */
	char *path;				    /* and its object */

	sd_bus_slot *subscription, *call; /* under way */
	bool again;			  /* something was different while it was */
	struct unit_view view;
	struct unit_facts next;
	unsigned depth;	  /* in the chain of jobs */
	char queued[128]; /* the last job of that chain, where none of them runs yet, else "" */

	sd_bus_slot *log_call;
	uint64_t log_asked; /* since_monotonic of the failure that the line in facts is of */
};

/* Call a method of PID 1, which nobody can start. */
int unit_ask(struct unit_state *state, sd_bus_slot **slot, const char *path, const char *interface,
	const char *member, sd_bus_message_handler_t handle, const char *types, ...);

/* Look at the unit, now or when the look under way is over. */
int unit_look(struct unit_state *state);

/* Hear of PID 1, and of the unit by this name. PID 1 sends signals only where somebody wants them;
 * a look follows. */
int unit_watch_manager(struct unit_state *state);
int unit_watch(struct unit_state *state, const char *name);
int unit_subscribe(struct unit_state *state);
void unit_unwatch(struct unit_state *state);
