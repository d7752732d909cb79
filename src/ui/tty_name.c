/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tty_name.h"

#include <string.h>

#define DEV  "/dev/"
#define STEM "tty"

bool tty_name_is_virtual(const char *name)
{
	const char *number;

	if (strncmp(name, DEV, strlen(DEV)) == 0)
		name += strlen(DEV);
	if (strncmp(name, STEM, strlen(STEM)) != 0)
		return false;
	number = name + strlen(STEM);
	return *number != '\0' && strspn(number, "0123456789") == strlen(number);
}
