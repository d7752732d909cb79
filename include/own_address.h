/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Would a connection to an address stay on this machine? The kernel's routes say (RTN_LOCAL),
 * whatever interface holds it. ifindex: for link-local addresses, else 0. Returns 1, 0 or -errno.
 */

#include "ip.h"

int own_address_check(const struct ip_addr *addr, int ifindex);
