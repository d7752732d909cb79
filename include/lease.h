/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What networkd does not tell of a DHCPv4 lease over the bus, and what a machine loses when it
 * turns its lease into fixed settings. */

#include "sysstate.h"

#define LEASE_ID_MAX	 31 /* bytes that fit link_lease.client_id */
#define LEASE_LOSSES_MAX 8
#define LEASE_LOSS_SIZE	 320

/* Complete a link's fresh answer of networkd's: from its file on the lease, which is its private
 * affair, so that what cannot be read there just stays unknown; the name that is sent along; and
 * turn the times of link_state_parse() from CLOCK_BOOTTIME to CLOCK_REALTIME. */
void lease_complete(int ifindex, struct link_state *state);

/* Take the times from an earlier answer where they differ by less than they are exact: networkd
 * reads the end of a lease from the kernel, in whole seconds. */
void lease_keep_times(const struct link_lease *before, struct link_lease *lease);

/* Read the lines of that file. (Exposed for the tests.) */
void lease_parse(const char *text, struct link_lease *ret);

/* Write an identifier as "01:52:54:00:12:34:56"; "" when it is longer than LEASE_ID_MAX. */
void lease_print_id(const uint8_t *id, size_t n, char ret[static 3 * LEASE_ID_MAX + 1]);

/* What nobody renews any more of the automatic settings in now (of inforce_read()) that wanted
 * keeps as fixed ones: a sentence each, at most LEASE_LOSSES_MAX. Returns how many. state may be
 * NULL. */
size_t lease_losses(const struct net_config *now, const struct net_config *wanted,
	const struct link_state *state, char ret[static LEASE_LOSSES_MAX][LEASE_LOSS_SIZE]);
