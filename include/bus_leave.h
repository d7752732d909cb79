/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* How a service that the bus starts ends without losing a call. */

#include <stdbool.h>
#include <systemd/sd-bus.h>

/* Give the name away, then serve what was sent to it before that. Returns 1 when the process may
 * end; 0 when that began something (is_busy says so) and the name is ours again; -errno. */
int bus_leave(
	sd_bus *bus, const char *name, bool (*is_busy)(const void *userdata), const void *userdata);
