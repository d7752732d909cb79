/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who owns this appliance: a state that moves one way, unclaimed to claimed. */

#include <stdbool.h>

/* Is the machine still unclaimed? Only the whole word "unclaimed" in a regular file of root's (of
 * the tree's owner) that nobody else can write says so; a missing, unreadable or garbled file means
 * claimed. */
bool claim_is_open(const char *root);

/* Where that stands, and the text of a machine that is claimed. */
#define CLAIM_FILE    STATEDIR "/state"
#define CLAIM_CLAIMED "claimed\n"

/* Is there once the machine is claimed, for conditions of PID 1 (systemd.unit(5)), which read no
 * file. It says nothing to claim_is_open(). */
#define CLAIM_MARK STATEDIR "/claimed"

/* Move to claimed, for good. Negative errno: not written, still unclaimed. */
int claim_close(const char *root);
