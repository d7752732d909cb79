/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_call.h"

#include <errno.h>

#include "i18n.h"
#include "nm_message.h"
#include "util.h"

/* Flags of AddConnection2 and Update2, and of CheckpointCreate. */
#define TO_DISK		       UINT32_C(0x1)
#define IN_MEMORY	       UINT32_C(0x2)
#define DESTROY_ALL	       UINT32_C(0x1)
#define DELETE_NEW_CONNECTIONS UINT32_C(0x2)

/* Of the links that are there; NetworkManager would take an empty list for all of the machine. */
static int make_checkpoint(
	sd_bus *bus, const struct nm_links *links, uint32_t seconds, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	size_t n = 0;
	int r = sd_bus_message_new_method_call(
		bus, &message, NM_NAME, NM_PATH, NM_NAME, "CheckpointCreate");

	if (r >= 0)
		r = sd_bus_message_open_container(message, 'a', "o");
	for (size_t i = 0; i < links->n_links && r >= 0; i++) {
		if (!links->links[i].device)
			continue;
		n++;
		r = sd_bus_message_append(message, "o", links->links[i].device);
	}
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	if (r >= 0)
		r = sd_bus_message_append(
			message, "uu", seconds, DESTROY_ALL | DELETE_NEW_CONNECTIONS);
	if (r >= 0 && n > 0)
		*ret = take_ptr(message);
	return r;
}

/* All of them: nobody else can have made one since ours. */
static int make_forget(sd_bus *bus, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r = sd_bus_message_new_method_call(
		bus, &message, NM_NAME, NM_PATH, NM_NAME, "CheckpointDestroy");

	if (r >= 0)
		r = sd_bus_message_append(message, "o", "/");
	if (r >= 0)
		*ret = take_ptr(message);
	return r;
}

/* The keys, the flags, and no further arguments. */
static int append_profile(sd_bus_message *message, const struct nm_call *call)
{
	const struct nm_link *link = call->link;
	bool foreign = *link->active_uuid && !streq(link->active_uuid, link->uuid);
	struct nm_settings settings;
	int r = nm_profile_compose(link->ifname, &call->role, !call->idle,
		foreign ? link->active_uuid : link->previous, &settings);

	if (r == 0)
		r = nm_message_append(message, &settings);
	nm_settings_done(&settings);
	if (r < 0)
		return r;
	return sd_bus_message_append(message, "ua{sv}", call->to_disk ? TO_DISK : IN_MEMORY, 0);
}

/* A profile that is there, or a new one. */
static int make_write(sd_bus *bus, const struct nm_call *call, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	const char *profile = call->link->profile;
	int r = sd_bus_message_new_method_call(bus, &message, NM_NAME,
		profile ? profile : NM_SETTINGS_PATH, profile ? NM_CONNECTION : NM_SETTINGS,
		profile ? "Update2" : "AddConnection2");

	if (r >= 0)
		r = append_profile(message, call);
	if (r >= 0)
		*ret = take_ptr(message);
	return r;
}

/* NetworkManager finds or makes the device where it is not there yet. */
static int make_activate(
	sd_bus *bus, const char *profile, const struct nm_link *link, sd_bus_message **ret)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r = sd_bus_message_new_method_call(
		bus, &message, NM_NAME, NM_PATH, NM_NAME, "ActivateConnection");

	if (r >= 0)
		r = sd_bus_message_append(
			message, "ooo", profile, link->device ? link->device : "/", "/");
	if (r >= 0)
		*ret = take_ptr(message);
	return r;
}

int nm_call_message(sd_bus *bus, const struct nm_links *links, const struct nm_call *call,
	uint32_t checkpoint_seconds, sd_bus_message **ret)
{
	const struct nm_link *link = call->link;

	*ret = NULL;
	switch (call->kind) {
	case NM_CALL_CHECKPOINT:
		return make_checkpoint(bus, links, checkpoint_seconds, ret);
	case NM_CALL_FORGET_CHECKPOINT:
		return make_forget(bus, ret);
	case NM_CALL_WRITE:
		return make_write(bus, call, ret);
	case NM_CALL_ACTIVATE:
		return make_activate(bus, link->profile, link, ret);
	case NM_CALL_ACTIVATE_PREVIOUS:
		return link->device ? make_activate(bus, link->previous_profile, link, ret) : 0;
	case NM_CALL_DELETE:
		return sd_bus_message_new_method_call(
			bus, ret, NM_NAME, link->profile, NM_CONNECTION, "Delete");
	case NM_CALL_DELETE_DEVICE:
		return !link->device ? 0
				     : sd_bus_message_new_method_call(bus, ret, NM_NAME,
					       link->device, NM_DEVICE, "Delete");
	case N_NM_CALLS:
		break;
	}
	return -EINVAL;
}

/* Replace a path by the one in an answer. */
static int take_path(sd_bus_message *reply, char **path)
{
	const char *text;
	int r = sd_bus_message_read(reply, "o", &text);

	if (r < 0)
		return r;
	free(*path);
	*path = strdup(text);
	return *path ? 0 : -ENOMEM;
}

int nm_call_take(const struct nm_call *call, sd_bus_message *reply)
{
	if (call->kind == NM_CALL_WRITE && !call->link->profile)
		return take_path(reply, &call->link->profile);
	if (call->kind == NM_CALL_ACTIVATE)
		return take_path(reply, &call->link->activation);
	if (call->kind == NM_CALL_DELETE_DEVICE) {
		free(call->link->device);
		call->link->device = NULL;
	}
	return 0;
}

void nm_call_complain(const struct nm_call *call, const char *cause, char *text, size_t size)
{
	const char *ifname = call->link ? call->link->ifname : "";

	switch (call->kind) {
	case NM_CALL_WRITE:
		if (call->to_disk)
			(void)snprintf(text, size,
				_("NetworkManager could not write the settings of %s to the disk "
				  "(%s)."),
				ifname, cause);
		else
			(void)snprintf(text, size,
				_("NetworkManager refused the settings of %s (%s)."), ifname,
				cause);
		break;
	case NM_CALL_ACTIVATE:
	case NM_CALL_ACTIVATE_PREVIOUS:
		(void)snprintf(text, size,
			_("NetworkManager did not put the settings of %s into force (%s)."), ifname,
			cause);
		break;
	case NM_CALL_DELETE:
	case NM_CALL_DELETE_DEVICE:
		(void)snprintf(text, size,
			_("NetworkManager did not give %s back to its settings of before (%s)."),
			ifname, cause);
		break;
	case NM_CALL_CHECKPOINT:
	case NM_CALL_FORGET_CHECKPOINT:
	case N_NM_CALLS:
		(void)snprintf(text, size,
			_("NetworkManager did not prepare to take the change back (%s)."), cause);
		break;
	}
}

bool nm_call_is_gone(sd_bus_message *reply)
{
	return sd_bus_message_is_method_error(reply, SD_BUS_ERROR_SERVICE_UNKNOWN) ||
	       sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NAME_HAS_NO_OWNER) ||
	       sd_bus_message_is_method_error(reply, SD_BUS_ERROR_NO_REPLY);
}
