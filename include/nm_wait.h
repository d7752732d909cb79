/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Wait until NetworkManager has taken what it was asked to put into force: it says so, gives up,
 * or is still at it after a while, in which it would have found a fault of the settings. */

#include <systemd/sd-event.h>

#include "nm_links.h"

/* failed: the link that NetworkManager gave up, or NULL. Once, from the event loop. */
typedef void (*nm_wait_fn)(const struct nm_link *failed, void *userdata);

struct nm_wait;

int nm_wait_new(sd_event *event, sd_bus *bus, struct nm_links *links, nm_wait_fn done,
	void *userdata, struct nm_wait **ret);
struct nm_wait *nm_wait_free(struct nm_wait *wait);
