/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What NetworkManager has of our links: up to three questions for each profile of ours, one for all
 * objects, then one for each device about what is in force on it. */

#include <errno.h>

#include "nm_call.h"
#include "nm_message.h"
#include "util.h"

struct nm_look {
	sd_bus *bus;
	struct nm_links *links;
	nm_look_fn done;
	void *userdata;
	sd_bus_slot *slot;
	size_t i;    /* the link that is asked about */
	size_t step; /* what of it */
};

struct nm_look *nm_look_free(struct nm_look *look)
{
	if (!look)
		return NULL;
	sd_bus_slot_unref(look->slot);
	sd_bus_unref(look->bus);
	free(look);
	return NULL;
}

/* Say that it is over; the caller of nm_look_new() frees. */
static int finish(struct nm_look *look, int error)
{
	look->done(error, look->userdata);
	return 0;
}

/* Send a call to the handler. No NetworkManager is started for it. */
static int call(struct nm_look *look, sd_bus_message *message, sd_bus_message_handler_t handler)
{
	int r = sd_bus_message_set_auto_start(message, 0);

	look->slot = sd_bus_slot_unref(look->slot);
	if (r < 0)
		return r;
	return sd_bus_call_async(look->bus, &look->slot, message, handler, look, NM_ANSWER_USEC);
}

/* -- objects and their properties ---------------------------------------------------------------
 */

/* The properties that are of interest, of whichever object has them. */
struct object {
	const char *path;
	const char *interface, *active, *uuid, *filename; /* NULL where it has none */
	int unsaved;
};

/* Read one value into where it belongs. */
static int read_property(sd_bus_message *message, const char *key, struct object *object)
{
	const struct {
		const char *key, *contents;
		void *value;
	} wanted[] = {
		{ "Interface", "s", &object->interface },
		{ "ActiveConnection", "o", &object->active },
		{ "Uuid", "s", &object->uuid },
		{ "Filename", "s", &object->filename },
		{ "Unsaved", "b", &object->unsaved },
	};

	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (streq(key, wanted[i].key))
			return sd_bus_message_read(
				message, "v", wanted[i].contents, wanted[i].value);
	return sd_bus_message_skip(message, "v");
}

/* Read an object's properties of one interface. */
static int read_properties(sd_bus_message *message, struct object *object)
{
	const char *key;
	int r = sd_bus_message_enter_container(message, 'a', "{sv}");

	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		r = sd_bus_message_read(message, "s", &key);
		if (r >= 0)
			r = read_property(message, key, object);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* Read an object, those of its interfaces that have properties for us. */
static int read_object(sd_bus_message *message, struct object *object)
{
	const char *interface;
	bool ours;
	int r = sd_bus_message_read(message, "o", &object->path);

	if (r >= 0)
		r = sd_bus_message_enter_container(message, 'a', "{sa{sv}}");
	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "sa{sv}")) > 0) {
		r = sd_bus_message_read(message, "s", &interface);
		if (r < 0)
			break;
		ours = streq(interface, NM_DEVICE) || streq(interface, NM_ACTIVE) ||
		       streq(interface, NM_CONNECTION);
		r = ours ? read_properties(message, object) : sd_bus_message_skip(message, "a{sv}");
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* Replace a path. */
static int set_path(char **path, const char *value)
{
	free(*path);
	*path = strdup(value);
	return *path ? 0 : -ENOMEM;
}

/* A device: is it one of our links? */
static int take_device(struct nm_links *links, const struct object *object)
{
	int r = 0;

	for (size_t i = 0; i < links->n_links && r == 0 && object->interface; i++) {
		struct nm_link *link = &links->links[i];

		if (!streq(link->ifname, object->interface))
			continue;
		r = set_path(&link->device, object->path);
		if (r == 0 && object->active && !streq(object->active, "/"))
			r = set_path(&link->active, object->active);
	}
	return r;
}

/* A connection, active or stored: is it that of one of our links? */
static int take_connection(struct nm_links *links, const struct object *object)
{
	for (size_t i = 0; i < links->n_links; i++) {
		struct nm_link *link = &links->links[i];

		if (object->uuid && link->active && streq(link->active, object->path))
			(void)snprintf(
				link->active_uuid, sizeof(link->active_uuid), "%s", object->uuid);
		if (object->filename && link->profile && streq(link->profile, object->path))
			link->unsaved = object->unsaved;
	}
	return 0;
}

/* Hand each object to take. */
static int each_object(sd_bus_message *message, struct nm_links *links,
	int (*take)(struct nm_links *links, const struct object *object))
{
	int r = sd_bus_message_rewind(message, true);

	if (r >= 0)
		r = sd_bus_message_enter_container(message, 'a', "{oa{sa{sv}}}");
	while (r >= 0 && (r = sd_bus_message_enter_container(message, 'e', "oa{sa{sv}}")) > 0) {
		struct object object = { 0 };

		r = read_object(message, &object);
		if (r >= 0)
			r = take(links, &object);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
	}
	return r;
}

/* -- what is in force ---------------------------------------------------------------------------
 */

static int ask_in_force(struct nm_look *look);

/* The profile as it was when it was activated; nothing is in force where there is none. */
static int on_in_force(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct nm_look *look = userdata;
	char previous[NM_UUID_SIZE];
	int r = 0;

	if (nm_call_is_gone(message))
		r = -ENOTCONN;
	else if (!sd_bus_message_is_method_error(message, NULL))
		r = nm_message_read_data(message, look->links->links[look->i].in_force, previous);
	look->i++;
	if (r >= 0)
		r = ask_in_force(look);
	return r < 0 ? finish(look, r) : 0;
}

/* The next question of this kind, or the end. */
static int ask_in_force(struct nm_look *look)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r;

	while (look->i < look->links->n_links && !look->links->links[look->i].active)
		look->i++;
	if (look->i == look->links->n_links)
		return finish(look, 0);
	r = sd_bus_message_new_method_call(look->bus, &message, NM_NAME,
		look->links->links[look->i].device, NM_DEVICE, "GetAppliedConnection");
	if (r >= 0)
		r = sd_bus_message_append(message, "u", 0);
	return r < 0 ? r : call(look, message, on_in_force);
}

/* -- all objects --------------------------------------------------------------------------------
 */

/* All objects: devices first, which say what is active. */
static int on_objects(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct nm_look *look = userdata;
	int r;

	if (sd_bus_message_is_method_error(message, NULL))
		return finish(look, nm_call_is_gone(message) ? -ENOTCONN : -EAGAIN);
	r = each_object(message, look->links, take_device);
	if (r >= 0)
		r = each_object(message, look->links, take_connection);
	look->i = 0;
	if (r >= 0)
		r = ask_in_force(look);
	return r < 0 ? finish(look, r) : 0;
}

/* The last question. */
static int ask_objects(struct nm_look *look)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r = sd_bus_message_new_method_call(look->bus, &message, NM_NAME, "/org/freedesktop",
		"org.freedesktop.DBus.ObjectManager", "GetManagedObjects");

	return r < 0 ? r : call(look, message, on_objects);
}

/* -- each profile -------------------------------------------------------------------------------
 */

static int ask_next(struct nm_look *look);

/* Go on, or end. */
static int next(struct nm_look *look, int r)
{
	if (r >= 0)
		r = ask_next(look);
	return r < 0 ? finish(look, r) : 0;
}

/* A NetworkManager that has just been started is on the bus before its objects are. */
static int judge_error(sd_bus_message *reply)
{
	if (nm_call_is_gone(reply))
		return -ENOTCONN;
	return sd_bus_message_is_method_error(reply, NM_SETTINGS ".InvalidConnection") ? 0
										       : -EAGAIN;
}

/* A profile by its UUID: ours in step 0, the one before ours in step 2. */
static int on_profile(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct nm_look *look = userdata;
	struct nm_link *link = &look->links->links[look->i];
	const char *path;
	int r;

	if (sd_bus_message_is_method_error(message, NULL)) {
		r = judge_error(message);
	} else {
		r = sd_bus_message_read(message, "o", &path);
		if (r >= 0)
			r = set_path(
				look->step == 0 ? &link->profile : &link->previous_profile, path);
	}
	look->step++;
	return next(look, r);
}

/* What a profile of ours has in it. */
static int on_settings(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct nm_look *look = userdata;
	struct nm_link *link = &look->links->links[look->i];
	int r;

	if (sd_bus_message_is_method_error(message, NULL))
		r = judge_error(message);
	else
		r = nm_message_read_data(message, link->digest, link->previous);
	look->step++;
	return next(look, r);
}

/* Ask for the profile that has this UUID. */
static int ask_profile(struct nm_look *look, const char *uuid)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r = sd_bus_message_new_method_call(
		look->bus, &message, NM_NAME, NM_SETTINGS_PATH, NM_SETTINGS, "GetConnectionByUuid");

	if (r >= 0)
		r = sd_bus_message_append(message, "s", uuid);
	return r < 0 ? r : call(look, message, on_profile);
}

/* Ask for the keys of ours. */
static int ask_settings(struct nm_look *look, const char *profile)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r = sd_bus_message_new_method_call(
		look->bus, &message, NM_NAME, profile, NM_CONNECTION, "GetSettings");

	return r < 0 ? r : call(look, message, on_settings);
}

/* The next question: our profile, its keys, the profile before it; then the next link. */
static int ask_next(struct nm_look *look)
{
	for (; look->i < look->links->n_links; look->i++, look->step = 0) {
		const struct nm_link *link = &look->links->links[look->i];

		if (look->step == 0)
			return ask_profile(look, link->uuid);
		if (look->step == 1 && link->profile)
			return ask_settings(look, link->profile);
		if (look->step <= 2 && *link->previous) {
			look->step = 2;
			return ask_profile(look, link->previous);
		}
	}
	return ask_objects(look);
}

int nm_look_new(
	sd_bus *bus, struct nm_links *links, nm_look_fn done, void *userdata, struct nm_look **ret)
{
	struct nm_look *look = calloc(1, sizeof(*look));
	int r;

	if (!look)
		return -ENOMEM;
	look->bus = sd_bus_ref(bus);
	look->links = links;
	look->done = done;
	look->userdata = userdata;
	r = ask_next(look);
	if (r < 0) {
		nm_look_free(look);
		return r;
	}
	*ret = look;
	return 0;
}
