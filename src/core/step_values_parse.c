/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Numbers of fields. */

#include <errno.h>

#include "step_def_parts.h"
#include "util.h"

#define NUMBER_LENGTH 20 /* of the least number with its sign */

bool step_parse_number(const char *text, int64_t *ret)
{
	const char *digits = text + (*text == '-');
	long long number;

	if (*digits == '\0' || digits[strspn(digits, "0123456789")] != '\0' ||
		strlen(text) > NUMBER_LENGTH)
		return false;
	errno = 0;
	number = strtoll(text, NULL, 10);
	if (errno != 0)
		return false;
	*ret = number;
	return true;
}

bool step_parse_size(const char *text, int64_t *ret)
{
	static const char units[] = "KMGT";
	size_t digits = strspn(text, "0123456789");
	const char *unit = text + digits;
	char number[NUMBER_LENGTH + 1];
	int64_t size;

	unit += *unit == ' ';
	if (digits == 0 || digits >= sizeof(number))
		return false;
	(void)snprintf(number, sizeof(number), "%.*s", (int)digits, text);
	if (!step_parse_number(number, &size))
		return false;
	if (*unit != '\0') {
		const char *place = strchr(units, *unit >= 'a' ? *unit - 'a' + 'A' : *unit);

		if (!place || unit[1] != '\0')
			return false;
		for (const char *step = units; step <= place; step++)
			if (__builtin_mul_overflow(size, 1024, &size))
				return false;
	} else if (unit > text + digits) {
		return false;
	}
	*ret = size;
	return true;
}

const char *step_format_size(int64_t size, char buf[static STEP_NUMBER_SIZE])
{
	static const char units[] = "KMGT";
	const char *unit = "";

	for (size_t i = 0; units[i] != '\0' && size >= 1024 && size % 1024 == 0; i++) {
		size /= 1024;
		unit = units + i;
	}
	(void)snprintf(buf, STEP_NUMBER_SIZE, "%lld%.1s", (long long)size, unit);
	return buf;
}
