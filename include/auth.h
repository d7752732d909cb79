/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Who may change what. A claimed appliance takes changes only from root, or from a connection that
 * has shown root's password, for as long as it is not idle too long and 15 minutes at most (the
 * ticket, bound to the unique bus name, gone when the name is). Failed tries cost a growing delay
 * by the monotonic clock.
 */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define AUTH_ABSOLUTE_USEC (15 * 60 * 1000000ULL)

struct auth {
	uint64_t idle_usec;    /* a ticket that is not used for so long is none any more */
	char owner[64];	       /* unique bus name that holds the ticket; "" for none */
	uint64_t issued, used; /* CLOCK_BOOTTIME, usec */
	unsigned failures;
	uint64_t not_before; /* no try is taken before this */
};

/* Clock values are passed in, so that the rules can be tested without waiting. */
void auth_grant(struct auth *auth, const char *unique_name, uint64_t now);
void auth_drop(struct auth *auth);
bool auth_holds(const struct auth *auth, const char *unique_name, uint64_t now);
void auth_touch(struct auth *auth, const char *unique_name, uint64_t now);

/* How long the next try has to wait after so many failed ones: 1, 2, 4, ... 30 seconds. */
uint64_t auth_delay(unsigned failures);

/* Count a failed try; the next is taken after that. */
void auth_failed(struct auth *auth, uint64_t now);

/* Microseconds until a try is taken; 0: at once. */
uint64_t auth_wait(const struct auth *auth, uint64_t now);
