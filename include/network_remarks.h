/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What is to be said of the network below the table of the review: who else sets it up, what a
 * lease will bring no more, which cable is missing. */

#include <stdio.h>

#include "wizard.h"

struct network_remarks;

/* Ask about all links that are to be set up; wakes the screen (screen_wake()) as answers come.
 * -ENOMEM. wizard is borrowed. */
int network_remarks_new(const struct wizard *wizard, struct network_remarks **ret);
struct network_remarks *network_remarks_free(struct network_remarks *remarks);

/* A paragraph for each, after an empty line. */
void network_remarks_print(const struct network_remarks *remarks, FILE *file);
