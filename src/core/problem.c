/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "problem.h"

#include <stdarg.h>

#include "safe_text.h"

/* Fill ret with a sentence. */
bool problem_set(struct problem *ret, const char *format, ...)
{
	va_list ap;

	ret->overridable = false;
	va_start(ap, format);
	vsnprintf(ret->text, sizeof(ret->text), format, ap);
	va_end(ap);
	/* It quotes what was typed or sent, and may have been cut. */
	safe_line(ret->text, '?');
	return false;
}
