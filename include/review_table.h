/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Old beside new, as text for so many columns. */

#include <stdio.h>

#include "review.h"

/* Write the rows, beside one another or, on a narrow screen, below one another; now and wanted name
 * the two sides. */
void review_table_print(FILE *file, const struct review_row *rows, size_t n, int columns,
	const char *now, const char *wanted);
