/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Support reports in the state directory, for root to fetch: the last ones, named by their time. */

#include <stddef.h>
#include <stdint.h>

#define REPORTS_DIR	 STATEDIR "/reports"
#define REPORTS_MAX	 5
#define REPORT_PATH_SIZE (sizeof(REPORTS_DIR) + 40)

/* Save text; when: CLOCK_REALTIME, usec. Older ones than REPORTS_MAX go. *ret_path is where it is.
 * Negative errno: not saved. */
int report_store(
	const char *root, uint64_t when, const char *text, char ret_path[static REPORT_PATH_SIZE]);
