/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Following others on the bus, without waiting for it. */

#include <systemd/sd-bus.h>

/* Takes an answer and does nothing. As the handler of a rule that is installed: without one, sd-bus
 * would close the connection when the bus refuses it. */
int bus_ignore_answer(sd_bus_message *reply, void *userdata, sd_bus_error *error);

/* Hear of the name's coming and going (the signal NameOwnerChanged). A rule that the bus refuses
 * costs liveliness only. */
int bus_watch_owner(sd_bus *bus, const char *name, sd_bus_message_handler_t handle, void *userdata,
	sd_bus_slot **ret);
