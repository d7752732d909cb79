/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The parts of the support report. */

#include <stdio.h>

#include "details.h"
#include "history.h"

struct report {
	struct details_sources sources;
	struct history_entry history[HISTORY_MAX];
	size_t n_history;
	bool history_done;		/* the answer is there */
	safe_char history_trouble[256]; /* why there is none */
};

/* Settings files of network managers, those that everybody may read. */
void report_put_files(FILE *f);

/* Time, memory, disks. */
void report_put_resources(const struct report *report, struct fact_lines *lines);
