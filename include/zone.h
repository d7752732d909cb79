/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The time zone of the machine below root ("" for this one), by its name in the tz database. */

#include <stdbool.h>

#include "names_list.h"

#define ZONE_NAME_SIZE 64

/* The zone of now, as localtime(5) has it: UTC where nothing is set, "" where it has no name. */
void zone_read(const char *root, char ret[static ZONE_NAME_SIZE]);

/* The zones that people choose from, and UTC: those of zone.tab, not their other names. -ENOENT:
 * none are installed. */
int zone_list(const char *root, struct names_list *ret);

/* Is name a zone whose rules are installed? UTC needs none. */
bool zone_is_installed(const char *root, const char *name);
