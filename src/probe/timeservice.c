/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "timeservice.h"

#include "rivals.h"
#include "util.h"

/* Where it shows, the preferred one first. */
static const struct {
	enum timeservice service;
	const char *trace;
} traces[] = {
	{ TIMESERVICE_CHRONY, "/etc/systemd/system/multi-user.target.wants/chrony.service" },
	{ TIMESERVICE_CHRONY, "/etc/systemd/system/multi-user.target.wants/chronyd.service" },
	{ TIMESERVICE_CHRONY, "/run/chrony/chronyd.pid" },
	{ TIMESERVICE_TIMESYNCD,
		"/etc/systemd/system/sysinit.target.wants/systemd-timesyncd.service" },
	{ TIMESERVICE_TIMESYNCD, "/etc/systemd/system/dbus-org.freedesktop.timesync1.service" },
	{ TIMESERVICE_TIMESYNCD, "/run/systemd/timesync" },
};

enum timeservice timeservice_find(const char *root)
{
	for (size_t i = 0; i < ARRAY_SIZE(traces); i++)
		if (rival_file_exists(root, traces[i].trace))
			return traces[i].service;
	return TIMESERVICE_NONE;
}
