/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What makes for a look at a unit: PID 1's signals, of the unit, of its jobs and of itself. */

#include <stdio.h>
#include <stdlib.h>

#include "bus_watch.h"
#include "unit_state_parts.h"
#include "util.h"

#define BUS "org.freedesktop.DBus"

/* Something is otherwise now. */
static int handle_news(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	return unit_look(userdata);
}

/* PID 1 is about to read its units again, or has. */
static int handle_reloading(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	int active;

	return sd_bus_message_read(signal, "b", &active) > 0 && !active ? unit_look(userdata) : 0;
}

/* A new job of the unit. (sd-bus matches no text behind a number by itself, only the bus does.) */
static int handle_message(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct unit_state *state = userdata;
	const char *path, *unit;
	uint32_t id;

	if (sd_bus_message_is_signal(message, MANAGER, "JobNew") <= 0 ||
		sd_bus_message_read(message, "uos", &id, &path, &unit) < 0 ||
		!streq(unit, state->watched))
		return 0;
	return unit_look(state);
}

/* Have the bus pass on the new jobs of the watched unit, or not any more. */
static int pass_jobs(struct unit_state *state, const char *member)
{
	char rule[512];

	(void)snprintf(rule, sizeof(rule),
		"type='signal',sender='" SYSTEMD1 "',interface='" MANAGER
		"',member='JobNew',arg2='%s'",
		state->watched);
	return sd_bus_call_method_async(state->bus, NULL, BUS, "/org/freedesktop/DBus", BUS, member,
		bus_ignore_answer, NULL, "s", rule);
}

int unit_watch(struct unit_state *state, const char *name)
{
	_cleanup_free_ char *path = NULL;
	int r;

	r = sd_bus_path_encode(SYSTEMD1_PATH "/unit", name, &path);
	if (r < 0)
		return r;
	state->properties_match = sd_bus_slot_unref(state->properties_match);
	r = sd_bus_match_signal_async(state->bus, &state->properties_match, SYSTEMD1, path,
		PROPERTIES, "PropertiesChanged", handle_news, bus_ignore_answer, state);
	if (r >= 0 && *state->watched)
		r = pass_jobs(state, "RemoveMatch");
	if (r < 0)
		return r;
	free(state->path);
	state->path = take_ptr(path);
	(void)snprintf(state->watched, sizeof(state->watched), "%s", name);
	return pass_jobs(state, "AddMatch");
}

int unit_subscribe(struct unit_state *state)
{
	int r = unit_ask(state, &state->subscription, SYSTEMD1_PATH, MANAGER, "Subscribe",
		bus_ignore_answer, "");

	return r < 0 ? r : unit_look(state);
}

/* PID 1 has come to the bus, or gone from it: it does both when it is executed anew. */
static int handle_owner(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	return unit_subscribe(userdata);
}

int unit_watch_manager(struct unit_state *state)
{
	int r = sd_bus_add_filter(state->bus, &state->job_filter, handle_message, state);

	if (r < 0)
		return r;
	r = bus_watch_owner(state->bus, SYSTEMD1, handle_owner, state, &state->owner_match);
	if (r < 0)
		return r;
	return sd_bus_match_signal_async(state->bus, &state->reloading_match, SYSTEMD1,
		SYSTEMD1_PATH, MANAGER, "Reloading", handle_reloading, bus_ignore_answer, state);
}

void unit_unwatch(struct unit_state *state)
{
	if (*state->watched)
		(void)pass_jobs(state, "RemoveMatch");
	sd_bus_slot_unref(state->owner_match);
	sd_bus_slot_unref(state->reloading_match);
	sd_bus_slot_unref(state->properties_match);
	sd_bus_slot_unref(state->job_filter);
}
