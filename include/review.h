/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What will change: the rows of the review screen, old beside new. */

#include <stdbool.h>
#include <stddef.h>

#include "netconf.h"

#define REVIEW_ROWS_MAX 128

struct review_row {
	char subject[64]; /* "enp1s0 address", "Hostname" */
	char now[256];
	char wanted[256];
};

/* One row for each setting of the link that differs. now holds what is in force, with the addresses
 * of a lease where the method is automatic. Returns the number of rows, at most max; 0 means that
 * nothing would change. */
size_t review_link(const struct net_config *now, const struct net_config *wanted,
	struct review_row *rows, size_t max);

/* A row for anything else, where its sides differ. */
size_t review_value(const char *subject, const char *now, const char *wanted,
	struct review_row *rows, size_t max);

/* Likewise of two sets of settings, neither of which need be in force: those of the history. A link
 * that only one of them has is set up in one and not in the other. */
size_t review_sets(const struct net_set *now, const struct net_set *wanted, struct review_row *rows,
	size_t max);

/* Likewise of the machine itself. set_password adds root's password, whose old value is
 * password_now ("none", "set"). */
size_t review_host(const char *hostname_now, const char *hostname_wanted, bool set_password,
	const char *password_now, struct review_row *rows, size_t max);
