/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Points in time as the customer's clock shows them, and the customer's language writes them, but
 * for the full form, which is to be compared with what programs print. */

#include <stdint.h>

#include "safe_text.h"

#define LOCAL_TIME_MAX 32

enum local_time_form {
	LOCAL_TIME_FULL,  /* "2026-11-22 14:02:05" */
	LOCAL_TIME_NEAR,  /* "14:02" today, else "2026-11-22 14:02" */
	LOCAL_TIME_SHORT, /* "14:02" today, else "11-22" */
};

/* When the machine was started, CLOCK_REALTIME, usec: what lies between a time of CLOCK_BOOTTIME
 * and the time of day. Exact to the second. */
uint64_t local_time_boot(void);

/* CLOCK_REALTIME, usec; returns buf, "-" where the time is 0 (not known). */
const safe_char *local_time_format(
	uint64_t usec, enum local_time_form form, safe_char buf[static LOCAL_TIME_MAX]);
