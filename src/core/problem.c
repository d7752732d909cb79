/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "problem.h"

#include <stdarg.h>

/* Fill ret with a sentence. */
bool problem_set(struct problem *ret, const char *format, ...)
{
	va_list ap;

	ret->overridable = false;
	va_start(ap, format);
	vsnprintf(ret->text, sizeof(ret->text), format, ap);
	va_end(ap);
	return false;
}
