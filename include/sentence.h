/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Several sentences for the customer, one after the other. */

#include <stdarg.h>
#include <stddef.h>

/* Add a sentence behind those in text (size bytes, "" for none yet); what does not fit is cut off.
 */
void sentence_add(char *text, size_t size, const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));
