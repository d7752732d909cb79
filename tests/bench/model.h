/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a terminal of type "linux" shows after the bytes it was sent: enough of it for curses. Cells
 * hold ASCII; every other character is '?'. */

#include <stdbool.h>
#include <stddef.h>

#define MODEL_ROWS    25
#define MODEL_COLUMNS 80

struct model {
	char cells[MODEL_ROWS][MODEL_COLUMNS + 1];
	int row, column, top, bottom;
	int saved_row, saved_column;
	int state, n_parameters, parameters[8]; /* of an escape sequence */
};

void model_init(struct model *model);
void model_write(struct model *model, const char *bytes, size_t n);

/* Does any line contain text? */
bool model_shows(const struct model *model, const char *text);
