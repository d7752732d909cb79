/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "network1.h"

#include "bus_watch.h"
#include "util.h"

int network1_ask(
	sd_bus *bus, const char *method, int ifindex, uint64_t usec, sd_bus_message **ret_reply)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	r = sd_bus_message_new_method_call(
		bus, &call, NETWORK1, NETWORK1_PATH, NETWORK1_MANAGER, method);
	if (r >= 0)
		r = sd_bus_message_append(call, "i", ifindex);
	if (r >= 0)
		r = sd_bus_message_set_auto_start(call, false);
	return r < 0 ? r : sd_bus_call(bus, call, usec, NULL, ret_reply);
}

int network1_watch(sd_bus *bus, sd_bus_message_handler_t handle_links,
	sd_bus_message_handler_t handle_owner, void *userdata, struct network1_watch *ret)
{
	struct network1_watch watch = { 0 };
	int r;

	r = sd_bus_add_match_async(bus, &watch.links,
		"type='signal',sender='" NETWORK1 "',path_namespace='" NETWORK1_LINK_PATH
		"',interface='org.freedesktop.DBus.Properties',member='PropertiesChanged'",
		handle_links, bus_ignore_answer, userdata);
	if (r >= 0)
		r = bus_watch_owner(bus, NETWORK1, handle_owner, userdata, &watch.owner);
	if (r < 0) {
		network1_watch_done(&watch);
		return r;
	}
	*ret = watch;
	return 0;
}

void network1_watch_done(struct network1_watch *watch)
{
	watch->links = sd_bus_slot_unref(watch->links);
	watch->owner = sd_bus_slot_unref(watch->owner);
}
