/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_state.h"

#include <errno.h>

#include "nm_state_parts.h"
#include "util.h"

#define PROPERTIES  "org.freedesktop.DBus.Properties"
#define ANSWER_USEC (10 * 1000000ULL)

/* The questions, in this order. The first finds the device; the others are left out where the one
 * before them has named no such object. */
static const struct {
	enum nm_object object;
	const char *interface; /* whose properties are asked for; NULL: the profile's keys */
} questions[] = {
	{ NM_OBJECT_DEVICE, NM ".Device" },
	{ NM_OBJECT_ACTIVE, NM ".Connection.Active" },
	{ NM_OBJECT_PROFILE, NM ".Settings.Connection" },
	{ NM_OBJECT_PROFILE, NULL },
	{ NM_OBJECT_DHCP4, NM ".DHCP4Config" },
	{ NM_OBJECT_IP4, NM ".IP4Config" },
	{ NM_OBJECT_IP6, NM ".IP6Config" },
};

struct nm_state {
	sd_bus *bus;
	char ifname[IFNAMSIZ];
	nm_state_fn done;
	void *userdata;
	sd_bus_slot *slot;
	size_t i; /* the question */
	struct nm_answers answers;
	struct link_state state;
};

/* Forget the objects of an earlier answer. */
static void forget(struct nm_answers *answers)
{
	for (size_t i = 0; i < N_NM_OBJECTS; i++)
		free(answers->paths[i]);
	*answers = (struct nm_answers){ 0 };
}

struct nm_state *nm_state_free(struct nm_state *state)
{
	if (!state)
		return NULL;
	sd_bus_slot_unref(state->slot);
	forget(&state->answers);
	sd_bus_unref(state->bus);
	free(state);
	return NULL;
}

int nm_state_new(
	sd_bus *bus, const char *ifname, nm_state_fn done, void *userdata, struct nm_state **ret)
{
	struct nm_state *state = calloc(1, sizeof(*state));

	if (!state)
		return -ENOMEM;
	state->bus = sd_bus_ref(bus);
	(void)snprintf(state->ifname, sizeof(state->ifname), "%s", ifname);
	state->done = done;
	state->userdata = userdata;
	*ret = state;
	return 0;
}

/* All that could be had is there. */
static int finish(struct nm_state *state, bool known)
{
	if (known)
		nm_read_sources(&state->answers);
	state->done(known && state->answers.managed ? &state->state : NULL, state->userdata);
	return 0;
}

/* Send a call that starts no service. */
static int start_call(
	struct nm_state *state, sd_bus_message *message, sd_bus_message_handler_t handler)
{
	int r = sd_bus_message_set_auto_start(message, 0);

	state->slot = sd_bus_slot_unref(state->slot);
	if (r < 0)
		return r;
	return sd_bus_call_async(state->bus, &state->slot, message, handler, state, ANSWER_USEC);
}

static int ask_next(struct nm_state *state);

/* One object's answer. What it does not tell stays unknown. */
static int on_answer(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct nm_state *state = userdata;
	size_t i = state->i++;

	if (sd_bus_message_is_method_error(message, NULL))
		return ask_next(state);
	if (questions[i].interface)
		(void)nm_read_properties(message, questions[i].object, &state->answers);
	else
		(void)nm_read_settings(message, &state->answers);
	return ask_next(state);
}

/* Ask the next question that there is an object for. */
static int ask_next(struct nm_state *state)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	const char *interface, *path;
	int r;

	while (state->i < ARRAY_SIZE(questions) &&
		!state->answers.paths[questions[state->i].object])
		state->i++;
	if (state->i == ARRAY_SIZE(questions))
		return finish(state, true);
	interface = questions[state->i].interface;
	path = state->answers.paths[questions[state->i].object];
	r = sd_bus_message_new_method_call(state->bus, &message, NM, path,
		interface ? PROPERTIES : NM ".Settings.Connection",
		interface ? "GetAll" : "GetSettings");
	if (r >= 0 && interface)
		r = sd_bus_message_append(message, "s", interface);
	if (r >= 0)
		r = start_call(state, message, on_answer);
	return r < 0 ? finish(state, false) : 0;
}

/* The device, or an error: nobody runs, or does not know the link. */
static int on_device(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct nm_state *state = userdata;
	const char *path;

	if (sd_bus_message_is_method_error(message, NULL) ||
		sd_bus_message_read(message, "o", &path) < 0)
		return finish(state, false);
	state->answers.paths[NM_OBJECT_DEVICE] = strdup(path);
	return ask_next(state);
}

int nm_state_ask(struct nm_state *state)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	forget(&state->answers);
	memset(&state->state, 0,
		sizeof(state->state)); /* padding, too: answers are compared whole */
	state->answers.state = &state->state;
	state->state.known = true;
	strcpy(state->state.manager, "NetworkManager");
	state->i = 0;
	r = sd_bus_message_new_method_call(
		state->bus, &message, NM, NM_PATH, NM, "GetDeviceByIpIface");
	if (r >= 0)
		r = sd_bus_message_append(message, "s", state->ifname);
	return r < 0 ? r : start_call(state, message, on_device);
}

bool nm_state_concerns(const struct nm_state *state, const char *path)
{
	for (size_t i = 0; i < N_NM_OBJECTS; i++)
		if (state->answers.paths[i] && streq(state->answers.paths[i], path))
			return true;
	return !state->answers.paths[NM_OBJECT_DEVICE] &&
	       strncmp(path, NM_PATH "/Devices/", strlen(NM_PATH "/Devices/")) == 0;
}
