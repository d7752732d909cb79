/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What ethtool(8) knows of an interface. */

#include <net/ethernet.h>
#include <stdbool.h>
#include <stdint.h>

enum linkhw_duplex { LINKHW_DUPLEX_UNKNOWN, LINKHW_HALF_DUPLEX, LINKHW_FULL_DUPLEX };

struct linkhw {
	char driver[32];     /* "" when not told */
	uint32_t speed_mbps; /* 0 when not told: no link, or a virtual interface */
	enum linkhw_duplex duplex;
};

/* Ask the driver of ifname; one ioctl each, no privilege needed. Never fails: what is not told
 * stays empty. */
void linkhw_read(const char *ifname, struct linkhw *ret);

/* The MAC address that the card was made with. False: it does not tell. */
bool linkhw_read_mac(const char *ifname, uint8_t ret[static ETH_ALEN]);
