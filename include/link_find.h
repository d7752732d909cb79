/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which link a person or a script means. */

#include "netlink.h"

/* By its name, one of its alternative names, or the MAC address of its card, "52:54:00:12:34:56";
 * that is the one the card was made with, where it tells, so that a bond or a VLAN with the same
 * one is not meant. "first" is the Ethernet card that the kernel has found first: neither cables
 * nor leases change which one that is. NULL: there is none. */
const struct link *link_find(const struct netlink *nl, const char *text);
