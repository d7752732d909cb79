/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "schedule.h"

#include "util.h"

#define MSEC 1000ULL
#define SEC  1000000ULL

/* How long to wait before the next look, by what has passed since the last event. */
static const struct {
	uint64_t since, pause;
} pauses[] = {
	{ 100 * MSEC, 100 * MSEC },
	{ 300 * MSEC, 200 * MSEC },
	{ 700 * MSEC, 400 * MSEC },
	{ 15 * SEC, 500 * MSEC },
	{ 30 * SEC, 2 * SEC },
	{ 60 * SEC, 5 * SEC },
	{ UINT64_MAX, 10 * SEC },
};

/* The pause after which a look that found nothing good is repeated. */
static uint64_t pause_after(uint64_t since)
{
	size_t i = 0;

	while (since >= pauses[i].since && i + 1 < ARRAY_SIZE(pauses))
		i++;
	return pauses[i].pause;
}

void schedule_event(struct schedule *schedule, uint64_t now, uint64_t gap)
{
	uint64_t earliest = schedule->last ? schedule->last + gap : now;

	schedule->event = now;
	schedule->due = earliest > now ? earliest : now;
}

void schedule_begin(struct schedule *schedule, uint64_t now)
{
	schedule->last = now;
	schedule->due = SCHEDULE_NEVER;
}

void schedule_end(struct schedule *schedule, uint64_t now, bool good)
{
	if (!good && schedule->due == SCHEDULE_NEVER)
		schedule->due = now + pause_after(now - schedule->event);
}

bool schedule_is_due(const struct schedule *schedule, uint64_t now)
{
	return schedule->due <= now;
}

uint64_t schedule_spend(struct schedule_budget *budget, uint64_t now, unsigned limit)
{
	if (budget->spent == 0 || now - budget->begun >= SEC)
		*budget = (struct schedule_budget){ .begun = now };
	if (budget->spent >= limit)
		return budget->begun + SEC;
	budget->spent++;
	return 0;
}
