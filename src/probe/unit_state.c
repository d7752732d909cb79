/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * One look at the unit is a chain of questions: its properties; then, where a start waits, those of
 * its job, the jobs before it, and since when the first of them has been at it; where it has failed
 * how, and what it said. What changes meanwhile makes for one more look behind it.
 *
 * A question about a unit that is not in use loads it for a moment, which PID 1 announces as one
 * more unit: looking because of that would never end. The unit's own signals and those of its jobs
 * tell all there is.
 */

#include "unit_state.h"

#include <errno.h>

#include "names.h"
#include "unit_state_parts.h"
#include "util.h"

#define SYSTEMD1      "org.freedesktop.systemd1"
#define SYSTEMD1_PATH "/org/freedesktop/systemd1"
#define MANAGER	      SYSTEMD1 ".Manager"
#define PROPERTIES    "org.freedesktop.DBus.Properties"
#define BUS	      "org.freedesktop.DBus"

/* PID 1 answers late while it reloads. */
#define ANSWER_USEC (60 * 1000000ULL)
#define CHAIN_MAX   32

struct unit_state {
	sd_bus *bus;
	char name[256];
	unit_state_changed_fn changed;
	void *userdata;
	struct unit_facts facts;

	sd_bus_slot *owner_match, *reloading_match; /* PID 1 */
	sd_bus_slot *properties_match, *job_filter; /* the unit */
	sd_bus_slot *waiting_match;		    /* jobs that end, while it waits */
	char watched[256];			    /* the name that those of the unit are for */
	char *path;				    /* and its object */

	sd_bus_slot *subscription, *call; /* under way */
	bool again;			  /* something was different while it was */
	struct unit_view view;
	struct unit_facts next;
	unsigned depth; /* in the chain of jobs */

	sd_bus_slot *log_call;
	uint64_t log_asked; /* since_monotonic of the failure that the line in facts is of */
};

static int look(struct unit_state *state);
static int watch_unit(struct unit_state *state, const char *name);

/* -- asking -------------------------------------------------------------------------------------
 */

/* Without this, a rule that is refused would close the connection. */
static int handle_installed(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	return 0;
}

/* Call a method of PID 1, which nobody can start. */
static int ask(struct unit_state *state, sd_bus_slot **slot, const char *path,
	const char *interface, const char *member, sd_bus_message_handler_t handle,
	const char *types, ...)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	va_list args;
	int r;

	r = sd_bus_message_new_method_call(state->bus, &call, SYSTEMD1, path, interface, member);
	if (r < 0)
		return r;
	r = sd_bus_message_set_auto_start(call, 0);
	if (r < 0)
		return r;
	va_start(args, types);
	r = sd_bus_message_appendv(call, types, args);
	va_end(args);
	if (r < 0)
		return r;
	*slot = sd_bus_slot_unref(*slot);
	return sd_bus_call_async(state->bus, slot, call, handle, state, ANSWER_USEC);
}

/* Ask for the properties of an object. */
static int ask_all(struct unit_state *state, const char *path, const char *interface,
	sd_bus_message_handler_t handle)
{
	return ask(state, &state->call, path, PROPERTIES, "GetAll", handle, "s", interface);
}

/* -- the end of a look --------------------------------------------------------------------------
 */

/* Take facts over and tell of them, where they are others. */
static void announce(struct unit_state *state, const struct unit_facts *facts)
{
	if (memcmp(&state->facts, facts, sizeof(*facts)) == 0)
		return;
	memcpy(&state->facts, facts, sizeof(*facts));
	state->changed(state, state->userdata);
}

/* firstbootd has told the last line. */
static int handle_log(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct unit_state *state = userdata;
	struct unit_facts facts = state->facts;
	const char *line;

	state->log_call = sd_bus_slot_unref(state->log_call);
	if (sd_bus_message_is_method_error(reply, NULL) ||
		sd_bus_message_read(reply, "s", &line) <= 0 ||
		facts.since_monotonic != state->log_asked)
		return 0;
	(void)snprintf(facts.log, sizeof(facts.log), "%.*s", (int)sizeof(facts.log) - 1, line);
	announce(state, &facts);
	return 0;
}

/* Have the line read, once for each failure. */
static void ask_log(struct unit_state *state)
{
	const struct unit_facts *facts = &state->facts;

	if ((facts->phase != UNIT_FAILED && facts->phase != UNIT_RESTARTING) ||
		facts->since_monotonic == state->log_asked)
		return;
	state->log_asked = facts->since_monotonic;
	state->log_call = sd_bus_slot_unref(state->log_call);
	(void)sd_bus_call_method_async(state->bus, &state->log_call, BUS_NAME, BUS_PATH,
		BUS_INTERFACE, "GetWebUnitLog", handle_log, state, NULL);
}

/* Some job has ended while ours waits. */
static int handle_job_removed(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	struct unit_state *state = userdata;
	const char *unit = state->facts.waits_for;
	uint32_t id;
	const char *path, *of;

	if (sd_bus_message_read(signal, "uos", &id, &path, &of) < 0)
		return 0;
	return !*unit || streq(unit, of) || streq(state->watched, of) ? look(state) : 0;
}

/* Hear of jobs' ends only while one is waited for: every service of the machine makes some. */
static void follow_jobs(struct unit_state *state, bool on)
{
	if (!on)
		state->waiting_match = sd_bus_slot_unref(state->waiting_match);
	else if (!state->waiting_match)
		(void)sd_bus_match_signal_async(state->bus, &state->waiting_match, SYSTEMD1,
			SYSTEMD1_PATH, MANAGER, "JobRemoved", handle_job_removed, handle_installed,
			state);
}

/* All is known that can be. */
static int conclude(struct unit_state *state)
{
	bool waited = state->waiting_match != NULL, waiting = state->next.phase == UNIT_WAITING;

	state->call = sd_bus_slot_unref(state->call);
	if (state->again)
		return look(state);
	follow_jobs(state, waiting);
	if (state->next.since_monotonic == state->log_asked)
		memcpy(state->next.log, state->facts.log, sizeof(state->next.log));
	announce(state, &state->next);
	ask_log(state);
	/* A job may have ended before we began to hear of that. */
	return waiting && !waited ? look(state) : 0;
}

/* -- the chain of jobs --------------------------------------------------------------------------
 */

/* Since when the unit that is waited for has been at it. */
static int handle_blocker(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct unit_state *state = userdata;
	struct unit_view blocker = { 0 };

	if (!sd_bus_message_is_method_error(reply, NULL) && unit_view_read(reply, &blocker) >= 0) {
		state->next.since = blocker.inactive_exit.realtime;
		state->next.since_monotonic = blocker.inactive_exit.monotonic;
	}
	return conclude(state);
}

/* One job of the answer to GetJobBefore. */
struct job {
	uint32_t id;
	const char *unit, *type, *state, *path, *unit_path;
};

/* Choose the job to blame: the first that runs, else the first. 0: there is none. */
static int choose_job(sd_bus_message *reply, struct job *ret)
{
	struct job job;
	bool found = false;
	int r = sd_bus_message_enter_container(reply, 'a', "(usssoo)");

	while (r >= 0 && (r = sd_bus_message_read(reply, "(usssoo)", &job.id, &job.unit, &job.type,
				  &job.state, &job.path, &job.unit_path)) > 0) {
		bool running = streq(job.state, "running");

		if (!found || running)
			*ret = job;
		found = true;
		if (running)
			break;
	}
	return r < 0 ? r : found;
}

/* The jobs that must end before the one that was asked about: follow them to one that runs. */
static int handle_jobs(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct unit_state *state = userdata;
	struct job job = { 0 };
	int r;

	if (sd_bus_message_is_method_error(reply, NULL) || choose_job(reply, &job) <= 0)
		return conclude(state);
	(void)snprintf(state->next.waits_for, sizeof(state->next.waits_for), "%s", job.unit);
	if (streq(job.state, "running"))
		r = ask_all(state, job.unit_path, SYSTEMD1 ".Unit", handle_blocker);
	else if (state->depth++ < CHAIN_MAX)
		r = ask(state, &state->call, SYSTEMD1_PATH, MANAGER, "GetJobBefore", handle_jobs,
			"u", job.id);
	else
		return conclude(state);
	return r < 0 ? conclude(state) : 0;
}

/* -- the unit -----------------------------------------------------------------------------------
 */

/* How it ended. */
static int handle_kind(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct unit_state *state = userdata;

	if (!sd_bus_message_is_method_error(reply, NULL))
		(void)unit_view_read(reply, &state->view);
	unit_view_judge(&state->view, &state->next);
	return conclude(state);
}

/* The interface of the unit's kind: "acme.service" has org.freedesktop.systemd1.Service. */
static int ask_kind(struct unit_state *state)
{
	const char *dot = strrchr(state->view.id, '.');
	char interface[64];

	if (!dot || !dot[1])
		return -EINVAL;
	(void)snprintf(interface, sizeof(interface), SYSTEMD1 ".%c%s", dot[1] - 'a' + 'A', dot + 2);
	return ask_all(state, state->path, interface, handle_kind);
}

/* What its job is about, and whether it runs. */
static int handle_job(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct unit_state *state = userdata;
	int r = 0;

	/* The job may have ended meanwhile; its end is announced as well. */
	if (sd_bus_message_is_method_error(reply, NULL) || unit_view_read(reply, &state->view) < 0)
		state->view.job = 0;
	unit_view_judge(&state->view, &state->next);
	if (state->next.phase != UNIT_WAITING)
		return conclude(state);
	r = ask(state, &state->call, SYSTEMD1_PATH, MANAGER, "GetJobBefore", handle_jobs, "u",
		state->view.job);
	return r < 0 ? conclude(state) : 0;
}

/* Its properties, or there is no PID 1 of ours. */
static int handle_unit(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct unit_state *state = userdata;
	const struct unit_view *view = &state->view;
	int r;

	if (sd_bus_message_is_method_error(reply, NULL) || unit_view_read(reply, &state->view) < 0)
		return conclude(state);
	/* PID 1 speaks of it by its own name, whatever it was asked for by. */
	if (*view->id && !streq(view->id, state->watched)) {
		r = watch_unit(state, view->id);
		state->again = r >= 0;
		return conclude(state);
	}
	unit_view_judge(view, &state->next);
	r = -ENXIO;
	if (view->job != 0)
		r = ask_all(state, view->job_path, SYSTEMD1 ".Job", handle_job);
	else if (state->next.phase == UNIT_FAILED || state->next.phase == UNIT_RESTARTING)
		r = ask_kind(state);
	return r < 0 ? conclude(state) : 0;
}

/* Look at the unit, now or when the look under way is over. */
static int look(struct unit_state *state)
{
	int r;

	if (state->call) {
		state->again = true;
		return 0;
	}
	state->again = false;
	state->depth = 0;
	memset(&state->view, 0, sizeof(state->view));
	memset(&state->next, 0, sizeof(state->next));
	memcpy(state->next.name, state->name, sizeof(state->next.name));
	r = ask_all(state, state->path, SYSTEMD1 ".Unit", handle_unit);
	return r < 0 ? r : 0;
}

/* -- hearing ------------------------------------------------------------------------------------
 */

/* Something is otherwise now. */
static int handle_news(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	return look(userdata);
}

/* PID 1 is about to read its units again, or has. */
static int handle_reloading(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	int active;

	return sd_bus_message_read(signal, "b", &active) > 0 && !active ? look(userdata) : 0;
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
	return look(state);
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
		handle_installed, NULL, "s", rule);
}

/* Follow the unit by this name: its properties, and new jobs of its. */
static int watch_unit(struct unit_state *state, const char *name)
{
	_cleanup_free_ char *path = NULL;
	int r;

	r = sd_bus_path_encode(SYSTEMD1_PATH "/unit", name, &path);
	if (r < 0)
		return r;
	state->properties_match = sd_bus_slot_unref(state->properties_match);
	r = sd_bus_match_signal_async(state->bus, &state->properties_match, SYSTEMD1, path,
		PROPERTIES, "PropertiesChanged", handle_news, handle_installed, state);
	if (r >= 0 && *state->watched)
		r = pass_jobs(state, "RemoveMatch");
	if (r < 0)
		return r;
	free(state->path);
	state->path = take_ptr(path);
	(void)snprintf(state->watched, sizeof(state->watched), "%s", name);
	return pass_jobs(state, "AddMatch");
}

/* PID 1 sends signals only where somebody wants them. Then look, or again: it is there anew. */
static int subscribe(struct unit_state *state)
{
	int r = ask(state, &state->subscription, SYSTEMD1_PATH, MANAGER, "Subscribe",
		handle_installed, "");

	return r < 0 ? r : look(state);
}

/* PID 1 has come to the bus, or gone from it: it does both when it is executed anew. */
static int handle_owner(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	return subscribe(userdata);
}

static int watch_manager(struct unit_state *state)
{
	int r = sd_bus_add_match_async(state->bus, &state->owner_match,
		"type='signal',sender='" BUS "',interface='" BUS "',member='NameOwnerChanged',"
		"arg0='" SYSTEMD1 "'",
		handle_owner, handle_installed, state);

	if (r < 0)
		return r;
	return sd_bus_match_signal_async(state->bus, &state->reloading_match, SYSTEMD1,
		SYSTEMD1_PATH, MANAGER, "Reloading", handle_reloading, handle_installed, state);
}

/* -- life ---------------------------------------------------------------------------------------
 */

int unit_state_new(sd_bus *bus, const char *unit, unit_state_changed_fn changed, void *userdata,
	struct unit_state **ret)
{
	struct unit_state *state = calloc(1, sizeof(*state));
	int r;

	if (!state)
		return -ENOMEM;
	state->bus = sd_bus_ref(bus);
	state->changed = changed;
	state->userdata = userdata;
	(void)snprintf(state->name, sizeof(state->name), "%s", unit);
	memcpy(state->facts.name, state->name, sizeof(state->name));
	r = sd_bus_add_filter(bus, &state->job_filter, handle_message, state);
	if (r >= 0)
		r = watch_manager(state);
	if (r >= 0)
		r = watch_unit(state, unit);
	if (r >= 0)
		r = subscribe(state);
	if (r < 0) {
		unit_state_free(state);
		return r;
	}
	*ret = state;
	return 0;
}

struct unit_state *unit_state_free(struct unit_state *state)
{
	if (!state)
		return NULL;
	if (*state->watched)
		(void)pass_jobs(state, "RemoveMatch");
	sd_bus_slot_unref(state->owner_match);
	sd_bus_slot_unref(state->reloading_match);
	sd_bus_slot_unref(state->properties_match);
	sd_bus_slot_unref(state->job_filter);
	sd_bus_slot_unref(state->waiting_match);
	sd_bus_slot_unref(state->subscription);
	sd_bus_slot_unref(state->call);
	sd_bus_slot_unref(state->log_call);
	sd_bus_unref(state->bus);
	free(state->path);
	free(state);
	return NULL;
}

const struct unit_facts *unit_state_facts(const struct unit_state *state)
{
	return &state->facts;
}
