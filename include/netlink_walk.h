/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * From one message or attribute of the kernel's to the next, for who reads them without libnl.
 *
 * As NLMSG_NEXT() and RTA_NEXT() (netlink(3), rtnetlink(3)), which cast a char * to what must be
 * aligned: a compiler that warns of that does not know that both begin at a multiple of 4 bytes.
 * They take the size of the one from the bytes that are left; ask NLMSG_OK() or RTA_OK() first.
 */

#include <linux/rtnetlink.h>
#include <sys/types.h>

static inline struct nlmsghdr *netlink_next_message(struct nlmsghdr *message, ssize_t *left)
{
	size_t size = NLMSG_ALIGN(message->nlmsg_len);

	*left -= (ssize_t)size;
	return (void *)((char *)message + size);
}

static inline const struct rtattr *netlink_next_attribute(const struct rtattr *attr, int *left)
{
	size_t size = RTA_ALIGN(attr->rta_len);

	*left -= (int)size;
	return (const void *)((const char *)attr + size);
}
