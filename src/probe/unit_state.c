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

#include "bus_watch.h"
#include "names.h"
#include "unit_state_parts.h"
#include "util.h"

/* PID 1 answers late while it reloads. */
#define ANSWER_USEC (60 * 1000000ULL)
#define CHAIN_MAX   32

/* -- asking -------------------------------------------------------------------------------------
 */

int unit_ask(struct unit_state *state, sd_bus_slot **slot, const char *path, const char *interface,
	const char *member, sd_bus_message_handler_t handle, const char *types, ...)
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
	return unit_ask(state, &state->call, path, PROPERTIES, "GetAll", handle, "s", interface);
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
	if (sd_bus_message_is_method_error(reply, NULL)) {
		state->log_asked = 0;
		return 0;
	}
	if (sd_bus_message_read(reply, "s", &line) <= 0 ||
		facts.since_monotonic != state->log_asked)
		return 0;
	(void)snprintf(facts.log, sizeof(facts.log), "%.*s", (int)sizeof(facts.log) - 1, line);
	announce(state, &facts);
	return 0;
}

/* Have the line read, once for each failure. */
void unit_state_ask_log(struct unit_state *state)
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
	return !*unit || streq(unit, of) || streq(state->watched, of) ? unit_look(state) : 0;
}

/* Hear of jobs' ends only while one is waited for: every service of the machine makes some. */
static void follow_jobs(struct unit_state *state, bool on)
{
	if (!on)
		state->waiting_match = sd_bus_slot_unref(state->waiting_match);
	else if (!state->waiting_match)
		(void)sd_bus_match_signal_async(state->bus, &state->waiting_match, SYSTEMD1,
			SYSTEMD1_PATH, MANAGER, "JobRemoved", handle_job_removed, bus_ignore_answer,
			state);
}

/* The job that is waited for has begun, or its beginning is heard of from now on: it may have
 * begun before. */
static int handle_begin(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return unit_look(userdata);
}

/* Hear of the beginning of a job that is enqueued only; "" for none. */
static void follow_begin(struct unit_state *state, const char *job_path)
{
	if (streq(state->begin_path, job_path))
		return;
	(void)snprintf(state->begin_path, sizeof(state->begin_path), "%s", job_path);
	state->begin_match = sd_bus_slot_unref(state->begin_match);
	if (*job_path)
		(void)sd_bus_match_signal_async(state->bus, &state->begin_match, SYSTEMD1, job_path,
			PROPERTIES, "PropertiesChanged", handle_begin, handle_begin, state);
}

/* All is known that can be. */
static int conclude(struct unit_state *state)
{
	bool waited = state->waiting_match != NULL, waiting = state->next.phase == UNIT_WAITING;

	state->call = sd_bus_slot_unref(state->call);
	if (state->again)
		return unit_look(state);
	follow_jobs(state, waiting);
	follow_begin(state, waiting ? state->queued : "");
	if (state->next.since_monotonic == state->log_asked)
		memcpy(state->next.log, state->facts.log, sizeof(state->next.log));
	announce(state, &state->next);
	unit_state_ask_log(state);
	/* A job may have ended before we began to hear of that. */
	return waiting && !waited ? unit_look(state) : 0;
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
	(void)snprintf(state->queued, sizeof(state->queued), "%s",
		streq(job.state, "running") ? "" : job.path);
	if (streq(job.state, "running"))
		r = ask_all(state, job.unit_path, SYSTEMD1 ".Unit", handle_blocker);
	else if (state->depth++ < CHAIN_MAX)
		r = unit_ask(state, &state->call, SYSTEMD1_PATH, MANAGER, "GetJobBefore",
			handle_jobs, "u", job.id);
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
	r = unit_ask(state, &state->call, SYSTEMD1_PATH, MANAGER, "GetJobBefore", handle_jobs, "u",
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
		r = unit_watch(state, view->id);
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

int unit_look(struct unit_state *state)
{
	int r;

	if (state->call) {
		state->again = true;
		return 0;
	}
	state->again = false;
	state->depth = 0;
	state->queued[0] = '\0';
	memset(&state->view, 0, sizeof(state->view));
	memset(&state->next, 0, sizeof(state->next));
	memcpy(state->next.name, state->name, sizeof(state->next.name));
	r = ask_all(state, state->path, SYSTEMD1 ".Unit", handle_unit);
	return r < 0 ? r : 0;
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
	r = unit_watch_manager(state);
	if (r >= 0)
		r = unit_watch(state, unit);
	if (r >= 0)
		r = unit_subscribe(state);
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
	unit_unwatch(state);
	sd_bus_slot_unref(state->waiting_match);
	sd_bus_slot_unref(state->begin_match);
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
