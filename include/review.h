/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What will change: the rows of the review screen, old beside new. */

#include <stdbool.h>
#include <stddef.h>

#include "netconf.h"

#define REVIEW_ROWS_MAX 24

struct review_row {
	char subject[64]; /* "enp1s0 address", "Hostname" */
	char now[256];
	char wanted[256];
};

/* One row for each setting that differs (hostname, and of the interface: address, gateway, name
 * servers, search domains, for IPv4 and IPv6). now->net holds what is in force, with the addresses
 * of a lease where the method is automatic. set_password adds root's password, whose old value is
 * password_now ("none", "set"). Returns the number of rows; 0 means that nothing would change. */
size_t review_build(const struct setup *now, const struct setup *wanted, bool set_password,
	const char *password_now, struct review_row rows[static REVIEW_ROWS_MAX]);
