/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Old beside new, as text for so many columns. */

#include <stdio.h>

#include "box.h"
#include "review.h"
#include "safe_text.h"

/* Write the rows, beside one another or, on a narrow screen, below one another; now and wanted name
 * the two sides. */
void review_table_print(FILE *file, const struct review_row *rows, size_t n, int columns,
	const safe_char *now, const safe_char *wanted);

/* A screen of its own that asks whether to apply them; after (or NULL) stands below. */
enum answer review_table_ask(
	const safe_char *title, const struct review_row *rows, size_t n, const safe_char *after);
