/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Is this machine a copy of the one that it was when it was last started? (STATEDIR/identity keeps
 * the DMI product UUID and the hardware addresses of its cards.) */

#include <stdbool.h>
#include <stdint.h>

#include "apply.h"

enum clone_renewal {
	CLONE_MACHINE_ID =
		1 << 0, /* /etc/machine-id, and with it the DHCP identity; needs a restart */
	CLONE_SSH_KEYS = 1 << 1, /* host keys */
};

/* Compare with what was noted. A copy has another UUID, or not one of its cards in common; a card
 * that came or went alone makes none, and is noted, as is a machine of which nothing was. ret_why
 * is a phrase ("other hardware addresses", "another machine UUID"). Returns 1: a copy, until it is
 * accepted or renewed; 0: the same machine or nothing was noted before; negative errno. */
int clone_check(const char *root, char *ret_why, size_t size);

/* This machine is what it is now: note it. */
int clone_accept(const char *root);

/* Give it an identity of its own (a mask of enum clone_renewal), then note it. Host keys, whose
 * making takes about a second and may fail, come first. What there is none of is passed over. */
int clone_renew(struct apply *apply, uint32_t what, apply_done_fn done, void *userdata);
