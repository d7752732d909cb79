/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * When to look again at something that may not be up yet: at once after an event, then ever more
 * rarely while it stays so, and never while it is well. Pure: time comes from the caller
 * (CLOCK_MONOTONIC, usec).
 */

#include <stdbool.h>
#include <stdint.h>

#define SCHEDULE_NEVER UINT64_MAX

struct schedule {
	uint64_t due;	/* when to look next, SCHEDULE_NEVER: only after an event */
	uint64_t event; /* when something last gave a reason to look */
	uint64_t last;	/* when it was last looked, 0: never */
};

#define SCHEDULE_INIT                                                                              \
	(struct schedule)                                                                          \
	{                                                                                          \
		.due = SCHEDULE_NEVER                                                              \
	}

/* Something gives a reason to look: do it now, but gap after the last time at the earliest. An
 * event while a look is under way makes for another one. */
void schedule_event(struct schedule *schedule, uint64_t now, uint64_t gap);

/* A look begins. */
void schedule_begin(struct schedule *schedule, uint64_t now);

/* A look has ended. good: nothing but an event can make it worth another one. */
void schedule_end(struct schedule *schedule, uint64_t now, bool good);

bool schedule_is_due(const struct schedule *schedule, uint64_t now);

/* At most so many looks of all together in a second. */
struct schedule_budget {
	uint64_t begun; /* the second that is counted */
	unsigned spent;
};

/* Take one of limit. Returns 0, or the time from which on there are more. */
uint64_t schedule_spend(struct schedule_budget *budget, uint64_t now, unsigned limit);
