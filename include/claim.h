/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who owns this appliance: a state that moves one way, unclaimed to claimed. */

#include <stdbool.h>

/* Is the machine still unclaimed? Only the whole word "unclaimed" in a regular file of root's that
 * nobody else can write says so; a missing, unreadable or garbled file means claimed. */
bool claim_is_open(const char *root);

/* Move to claimed, for good. Negative errno: not written, still unclaimed. */
int claim_close(const char *root);
