/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Clocks and spans of time, in microseconds. */

#include <stdint.h>
#include <time.h>

#define USEC_PER_SEC 1000000ULL

/* What a clock of clock_gettime(2) says now. */
static inline uint64_t usec_now(clockid_t clock)
{
	struct timespec now = { 0 };

	/* Cannot fail: the clock exists and the pointer is good. */
	(void)clock_gettime(clock, &now);
	return (uint64_t)now.tv_sec * USEC_PER_SEC + (uint64_t)now.tv_nsec / 1000;
}
