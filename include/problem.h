/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Why a value was refused, in words for the customer. */

#include <stdbool.h>

#include "util.h"

struct problem {
	char text[320];
	bool overridable; /* unusual, but can be right: the customer may insist (a gateway outside
			     of the subnet) */
};

/* Fill ret; returns false, so that a check can end in "return problem_set(...)". */
bool problem_set(struct problem *ret, const char *format, ...) _printf_(2, 3);
