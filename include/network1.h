/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* systemd-networkd on the system bus (org.freedesktop.network1(5)). */

#include <stdint.h>
#include <systemd/sd-bus.h>

#define NETWORK1	   "org.freedesktop.network1"
#define NETWORK1_PATH	   "/org/freedesktop/network1"
#define NETWORK1_MANAGER   NETWORK1 ".Manager"
#define NETWORK1_LINK	   NETWORK1 ".Link"
#define NETWORK1_LINK_PATH NETWORK1_PATH "/link"

/* Call a method of the manager about a link and wait for the answer, usec at most. A networkd that
 * does not run is not started for it. ret_reply may be NULL. */
int network1_ask(
	sd_bus *bus, const char *method, int ifindex, uint64_t usec, sd_bus_message **ret_reply);

struct network1_watch {
	sd_bus_slot *links, *owner;
};

/* Hear of properties of links that changed, and of networkd coming and going (the signal
 * NameOwnerChanged). Does not wait for the bus; a rule that it refuses costs liveliness only. */
int network1_watch(sd_bus *bus, sd_bus_message_handler_t handle_links,
	sd_bus_message_handler_t handle_owner, void *userdata, struct network1_watch *ret);
void network1_watch_done(struct network1_watch *watch);
