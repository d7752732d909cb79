/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which known name may have been meant by what was written. */

#include <stdbool.h>

#define NEAREST_FAR 32 /* farther than any name; none of ours is as long */

/* How far what was written is from a name: letters to be changed, added or taken away, in either
 * case; a name with something behind it is near. */
unsigned nearest_distance(const char *written, const char *name);

/* Can it have been meant, that far away? */
bool nearest_is_near(unsigned distance, const char *written);
