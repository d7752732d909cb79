/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sentence.h"

#include "util.h"

void sentence_add(char *text, size_t size, const char *format, va_list args)
{
	size_t length = strlen(text);

	if (length > 0 && length + 1 < size)
		text[length++] = ' ';
	(void)vsnprintf(text + length, size - length, format, args);
}
