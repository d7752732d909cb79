/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What networkd leaves undone on a link, asked of the kernel itself (rtnetlink(7)); the answer is
 * waited for. Needs CAP_NET_ADMIN. -EPERM, -ENOMEM, -EIO for whatever else. */

#include <stdint.h>

/* Remove a link that was made by software. One that is not there is no error. */
int link_request_removal(int ifindex);

/* Set the MTU, bytes. */
int link_request_mtu(int ifindex, uint32_t mtu);

/* Make a VLAN on the link of index parent. */
int link_request_vlan(const char *ifname, int parent, uint16_t id);
