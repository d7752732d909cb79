/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bus_leave.h"

int bus_leave(
	sd_bus *bus, const char *name, bool (*is_busy)(const void *userdata), const void *userdata)
{
	int r;

	r = sd_bus_release_name(bus, name);
	if (r < 0)
		return r;
	do
		r = sd_bus_process(bus, NULL);
	while (r > 0);
	if (r < 0)
		return r;
	if (!is_busy(userdata))
		return 1;
	r = sd_bus_request_name(bus, name, 0);
	return r < 0 ? r : 0;
}
