/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What PID 1's words for a unit mean. */

#include <signal.h>
#include <stddef.h>

#include "unit_state_parts.h"
#include "util.h"

/* Program, arguments, whether failure is ignored, begin and end by both clocks, PID, how it ended.
 */
#define COMMAND "sasbttttuii"

/* -- properties ---------------------------------------------------------------------------------
 */

static int read_text(sd_bus_message *message, void *field, size_t size)
{
	const char *text;
	int r = sd_bus_message_read(message, "s", &text);

	if (r >= 0)
		(void)snprintf(field, size, "%s", text);
	return r;
}

static int read_time(sd_bus_message *message, void *field, size_t size)
{
	return sd_bus_message_read(message, "t", field);
}

static int read_int(sd_bus_message *message, void *field, size_t size)
{
	return sd_bus_message_read(message, "i", field);
}

/* The job's number and object. */
static int read_job(sd_bus_message *message, void *field, size_t size)
{
	struct unit_view *view = field;
	const char *path;
	int r = sd_bus_message_read(message, "(uo)", &view->job, &path);

	if (r >= 0)
		(void)snprintf(view->job_path, sizeof(view->job_path), "%s", path);
	return r;
}

/* A process that ended otherwise than well (CLD_*, and status or signal). */
static bool has_failed(int code, int status)
{
	return code != 0 && (code != CLD_EXITED || status != 0);
}

/* One command: how it ended, where that has failed the unit ("-" before it has PID 1 ignore that).
 */
static int read_command(sd_bus_message *message, struct unit_view *view)
{
	uint64_t begin[2], end[2];
	int ignored, code, status, r;
	uint32_t pid;

	r = sd_bus_message_skip(message, "sas");
	if (r >= 0)
		r = sd_bus_message_read(message, "bttttuii", &ignored, &begin[0], &begin[1],
			&end[0], &end[1], &pid, &code, &status);
	if (r < 0 || ignored || !has_failed(code, status) || end[1] < view->command_end)
		return r;
	view->command_code = code;
	view->command_status = status;
	view->command_end = end[1];
	return r;
}

/* The commands that a service has beside its main process. */
static int read_commands(sd_bus_message *message, void *field, size_t size)
{
	int r = sd_bus_message_enter_container(message, 'a', "(" COMMAND ")");

	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'r', COMMAND)) > 0) {
		r = read_command(message, field);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

#define FIELD(member) offsetof(struct unit_view, member), sizeof(((struct unit_view *)NULL)->member)
#define MOMENT(name, member)                                                                       \
	{ name, "t", read_time, FIELD(member.realtime) },                                          \
	{                                                                                          \
		name "Monotonic", "t", read_time, FIELD(member.monotonic)                          \
	}

/* The properties of org.freedesktop.systemd1(5) that count. */
static const struct property {
	const char *name, *type;
	int (*read)(sd_bus_message *message, void *field, size_t size);
	size_t offset, size;
} properties[] = {
	{ "Id", "s", read_text, FIELD(id) },
	{ "LoadState", "s", read_text, FIELD(load) },
	{ "ActiveState", "s", read_text, FIELD(active) },
	{ "SubState", "s", read_text, FIELD(sub) },
	{ "Job", "(uo)", read_job, 0, 0 },
	{ "JobType", "s", read_text, FIELD(job_type) },
	{ "State", "s", read_text, FIELD(job_state) },
	MOMENT("ActiveEnterTimestamp", active_enter),
	MOMENT("ActiveExitTimestamp", active_exit),
	MOMENT("InactiveEnterTimestamp", inactive_enter),
	MOMENT("InactiveExitTimestamp", inactive_exit),
	MOMENT("StateChangeTimestamp", changed),
	{ "Result", "s", read_text, FIELD(result) },
	{ "ExecMainCode", "i", read_int, FIELD(exit_code) },
	{ "ExecMainStatus", "i", read_int, FIELD(exit_status) },
	MOMENT("ExecMainExitTimestamp", exit),
	{ "ExecCondition", "a(" COMMAND ")", read_commands, 0, 0 },
	{ "ExecStartPre", "a(" COMMAND ")", read_commands, 0, 0 },
	{ "ExecStartPost", "a(" COMMAND ")", read_commands, 0, 0 },
};

/* The value of a property into its field; other kinds have other types under the same name. */
static int read_value(sd_bus_message *message, const char *name, struct unit_view *view)
{
	const char *type;
	int r = sd_bus_message_peek_type(message, NULL, &type);

	for (size_t i = 0; r > 0 && i < ARRAY_SIZE(properties); i++) {
		const struct property *p = &properties[i];

		if (!streq(name, p->name) || !streq(type, p->type))
			continue;
		r = sd_bus_message_enter_container(message, 'v', p->type);
		if (r >= 0)
			r = p->read(message, (char *)view + p->offset, p->size);
		return r < 0 ? r : sd_bus_message_exit_container(message);
	}
	return r < 0 ? r : sd_bus_message_skip(message, "v");
}

int unit_view_read(sd_bus_message *message, struct unit_view *view)
{
	const char *name;
	int r = sd_bus_message_enter_container(message, 'a', "{sv}");

	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		r = sd_bus_message_read(message, "s", &name);
		if (r >= 0)
			r = read_value(message, name, view);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r < 0 ? r : 0;
}

/* -- phases -------------------------------------------------------------------------------------
 */

/* ActiveState, and where it tells more the beginning of SubState. */
static const struct state {
	const char *active, *sub;
	enum unit_phase phase;
	size_t since; /* the moment in struct unit_view */
} states[] = {
	{ "active", "", UNIT_ACTIVE, offsetof(struct unit_view, active_enter) },
	{ "reloading", "", UNIT_RELOADING, offsetof(struct unit_view, active_enter) },
	{ "refreshing", "", UNIT_RELOADING, offsetof(struct unit_view, active_enter) },
	{ "activating", "auto-restart", UNIT_RESTARTING, offsetof(struct unit_view, changed) },
	{ "activating", "", UNIT_STARTING, offsetof(struct unit_view, inactive_exit) },
	{ "maintenance", "", UNIT_STARTING, offsetof(struct unit_view, changed) },
	{ "deactivating", "", UNIT_STOPPING, offsetof(struct unit_view, active_exit) },
	{ "failed", "", UNIT_FAILED, offsetof(struct unit_view, inactive_enter) },
	{ "inactive", "", UNIT_INACTIVE, offsetof(struct unit_view, inactive_enter) },
};

static bool begins_with(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* Is it to be started, by a job that waits for others or is at it already? */
static bool is_to_start(const struct unit_view *view)
{
	return view->job != 0 &&
	       (streq(view->job_type, "start") || streq(view->job_type, "restart"));
}

/* A unit that does nothing: may it be that it never can? */
static enum unit_phase judge_rest(const struct unit_view *view, enum unit_phase phase)
{
	if (is_to_start(view))
		return streq(view->job_state, "running") ? UNIT_STARTING : UNIT_WAITING;
	if (streq(view->load, "not-found") || streq(view->load, "masked"))
		return UNIT_MISSING;
	if (streq(view->load, "error") || streq(view->load, "bad-setting"))
		return UNIT_FAILED;
	return phase;
}

/* How its main process ended, or the command that has failed the unit before that did. */
static void judge_end(const struct unit_view *view, struct unit_facts *ret)
{
	bool command =
		view->command_code != 0 && (!has_failed(view->exit_code, view->exit_status) ||
						   view->command_end < view->exit.monotonic);

	ret->exit_code = command ? view->command_code : view->exit_code;
	ret->exit_status = command ? view->command_status : view->exit_status;
}

void unit_view_judge(const struct unit_view *view, struct unit_facts *ret)
{
	const struct unit_moment *since;
	const struct state *state = NULL;

	for (size_t i = 0; !state && i < ARRAY_SIZE(states); i++)
		if (streq(view->active, states[i].active) && begins_with(view->sub, states[i].sub))
			state = &states[i];
	if (!state)
		return;
	ret->phase = state->phase;
	if (state->phase == UNIT_INACTIVE || state->phase == UNIT_FAILED)
		ret->phase = judge_rest(view, state->phase);
	/* When the job was enqueued PID 1 does not tell. */
	if (ret->phase == state->phase) {
		since = (const struct unit_moment *)(const void *)((const char *)view +
								   state->since);
		ret->since = since->realtime;
		ret->since_monotonic = since->monotonic;
	}
	if (ret->phase != UNIT_FAILED && ret->phase != UNIT_RESTARTING)
		return;
	(void)snprintf(ret->result, sizeof(ret->result), "%s",
		streq(view->load, "loaded") ? view->result : view->load);
	judge_end(view, ret);
}
