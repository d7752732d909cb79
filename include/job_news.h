/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Hearing that PID 1 has brought some unit up or down (JobRemoved of org.freedesktop.systemd1(5)):
 * a reason to look for what no kernel tells of, such as a new listener. */

#include <systemd/sd-bus.h>

struct job_news {
	sd_bus_slot *jobs, *owner, *subscription;
};

/* From now on handle is called with the signal of each job that ends. Does not wait for the bus; a
 * PID 1 that cannot be heard costs liveliness only. ret holds zeros, or what was watched before,
 * which stays so. */
int job_news_watch(
	sd_bus *bus, sd_bus_message_handler_t handle, void *userdata, struct job_news *ret);

/* Does nothing where nothing is watched. */
void job_news_done(struct job_news *news);
