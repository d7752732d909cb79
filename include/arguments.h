/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What a caller on the bus gives to firstboot-prober, judged before anything is done with it. Each
 * returns true when it is good. */

#include <stdbool.h>

#include "ip.h"

bool arguments_port(unsigned port);

/* A name of the DNS: at most 253 letters, digits, dashes, underscores and dots, labels of 1 to 63
 * (RFC 1035 section 2.3.4), a dot at the end or none; not all digits and dots, which would be an
 * address. */
bool arguments_name(const char *name);

/* What stands in a request line behind GET: "/..." of printable ASCII without blanks. */
bool arguments_path(const char *path);

/* "192.0.2.1", "2001:db8::1", "fe80::1%enp1s0". False: it is no address, or of no such link. */
bool arguments_target(const char *text, struct ip_addr *ret, int *ret_ifindex);
