/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus_watch.h"

#include <stdio.h>

int bus_ignore_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	return 0;
}

int bus_watch_owner(sd_bus *bus, const char *name, sd_bus_message_handler_t handle, void *userdata,
	sd_bus_slot **ret)
{
	char rule[512];

	(void)snprintf(rule, sizeof(rule),
		"type='signal',sender='org.freedesktop.DBus',interface='org.freedesktop.DBus',"
		"member='NameOwnerChanged',arg0='%s'",
		name);
	return sd_bus_add_match_async(bus, ret, rule, handle, bus_ignore_answer, userdata);
}
