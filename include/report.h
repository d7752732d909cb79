/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The support report: everything of the details page without folding, the status, settings files
 * that everybody may read, the history of changes, and how the machine is: one text, with secrets
 * removed (redact.h), of at most REPORT_MAX bytes (names.h), UTF-8 without control characters.
 */

#include "app.h"

/* Ask who has something to say, for at most two seconds, and write it. -ENOMEM. Caller frees. */
int report_make(struct app *app, char **ret);

/* Print it, a safe line for each of its lines. */
void report_print(FILE *file, const char *report);

/* Show it: paged, saved by firstbootd, or typed out for a terminal program's log. */
void page_report_run(struct app *app);

/* Around the report where it is typed out. */
#define REPORT_BEGIN "----- BEGIN SUPPORT REPORT -----"
#define REPORT_END   "----- END SUPPORT REPORT -----"
