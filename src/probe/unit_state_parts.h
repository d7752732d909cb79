/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files that follow a unit have in common. */

#include "unit_state.h"

struct unit_moment {
	uint64_t realtime, monotonic; /* usec; 0: never */
};

/* A unit as PID 1 shows it, with its job and how it ended. */
struct unit_view {
	char id[256]; /* its own name, where it was asked for by another one */
	char load[16], active[16], sub[24];
	uint32_t job; /* 0: none is enqueued */
	char job_path[128], job_type[24], job_state[16];
	struct unit_moment active_enter, active_exit, inactive_enter, inactive_exit, changed;
	char result[32];
	int exit_code, exit_status;
};

/* Take what is known by name from properties (a{sv}) of the unit, of its job or of its kind. */
int unit_view_read(sd_bus_message *message, struct unit_view *view);

/* The phase, its time and how it ended. */
void unit_view_judge(const struct unit_view *view, struct unit_facts *ret);
