/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* When what is not up is looked at again. */

#include "schedule.h"

#include "test.h"

#define SEC 1000000ULL

static const uint64_t start = 1000 * SEC;

/* Look whenever it is due from the event on, until end; how often, and the longest pause in the
 * last half. */
static unsigned run_bad(struct schedule *schedule, uint64_t end, uint64_t *ret_pause)
{
	uint64_t last = 0;
	unsigned n = 0;

	*ret_pause = 0;
	while (schedule->due < end) {
		uint64_t now = schedule->due;

		if (last > start + (end - start) / 2 && now - last > *ret_pause)
			*ret_pause = now - last;
		last = now;
		schedule_begin(schedule, now);
		schedule_end(schedule, now, false);
		n++;
	}
	return n;
}

/* Without an event nothing is due, ever. */
static void test_rests(void)
{
	struct schedule schedule = SCHEDULE_INIT;

	test_assert(!schedule_is_due(&schedule, start));
	test_assert(!schedule_is_due(&schedule, UINT64_MAX - 1));
}

/* A good answer is the end of it. */
static void test_good_ends(void)
{
	struct schedule schedule = SCHEDULE_INIT;

	schedule_event(&schedule, start, SEC);
	test_assert(schedule_is_due(&schedule, start));
	schedule_begin(&schedule, start);
	test_assert(!schedule_is_due(&schedule, start + SEC));
	schedule_end(&schedule, start + 5, true);
	test_assert(schedule.due == SCHEDULE_NEVER);
}

/* What is not up is looked at within half a second for a quarter of a minute, at last each ten. */
static void test_backs_off(void)
{
	struct schedule schedule = SCHEDULE_INIT;
	uint64_t pause;
	unsigned n;

	schedule_event(&schedule, start, 0);
	n = run_bad(&schedule, start + 15 * SEC, &pause);
	test_assert(n >= 30 && n <= 40);
	test_equal_int((long long)pause, SEC / 2);
	(void)run_bad(&schedule, start + 70 * SEC, &pause);
	n = run_bad(&schedule, start + 130 * SEC, &pause);
	test_assert(n <= 6);
	test_equal_int((long long)pause, 10 * SEC);
	schedule_event(&schedule, start + 131 * SEC, 0);
	test_assert(schedule_is_due(&schedule, start + 131 * SEC));
}

/* However many events there are, gap lies between two looks. */
static void test_events_keep_the_gap(void)
{
	struct schedule schedule = SCHEDULE_INIT;
	unsigned n = 0;

	for (uint64_t now = start; now < start + SEC; now += 1000) {
		schedule_event(&schedule, now, SEC / 4);
		if (!schedule_is_due(&schedule, now))
			continue;
		schedule_begin(&schedule, now);
		schedule_end(&schedule, now, true);
		n++;
	}
	test_equal_int(n, 4);
	test_assert(schedule.due <= start + SEC + SEC / 4);
}

/* What happens while a look is under way is not lost, however that ends. */
static void test_event_under_way(void)
{
	struct schedule schedule = SCHEDULE_INIT;

	schedule_event(&schedule, start, SEC);
	schedule_begin(&schedule, start);
	schedule_event(&schedule, start + 10, SEC);
	schedule_end(&schedule, start + 20, true);
	test_assert(schedule.due == start + SEC);
	schedule_end(&schedule, start + 20, false);
	test_assert(schedule.due == start + SEC);
}

/* All together at most so many in a second. */
static void test_budget(void)
{
	struct schedule_budget budget = { 0 };
	uint64_t later = 0;

	for (unsigned i = 0; i < 8; i++)
		test_assert(schedule_spend(&budget, start + i, 8) == 0);
	later = schedule_spend(&budget, start + 9, 8);
	test_assert(later == start + SEC);
	test_assert(schedule_spend(&budget, later, 8) == 0);
	test_assert(schedule_spend(&budget, later + 1, 8) == 0);
}

int main(void)
{
	test_run(test_rests);
	test_run(test_good_ends);
	test_run(test_backs_off);
	test_run(test_events_keep_the_gap);
	test_run(test_event_under_way);
	test_run(test_budget);
	return test_result();
}
