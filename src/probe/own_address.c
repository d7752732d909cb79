/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "own_address.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "util.h"

/* RTM_GETROUTE with what it asks about. */
struct query {
	struct nlmsghdr header;
	struct rtmsg route;
	struct rtattr dst;
	uint8_t addr[16]; /* only as much of it as the family has, oif follows */
	uint8_t room[RTA_SPACE(sizeof(uint32_t))];
};

static void make_query(const struct ip_addr *addr, int ifindex, struct query *ret)
{
	size_t size = ip_size(addr->family);
	struct rtattr *oif;

	*ret = (struct query){
		.header = { .nlmsg_type = RTM_GETROUTE, .nlmsg_flags = NLM_F_REQUEST },
		.route = { .rtm_family = (unsigned char)addr->family,
			.rtm_dst_len = (unsigned char)(8 * size) },
		.dst = { .rta_type = RTA_DST, .rta_len = (unsigned short)RTA_LENGTH(size) },
	};
	memcpy(ret->addr, addr->bytes, size);
	ret->header.nlmsg_len = (uint32_t)(NLMSG_LENGTH(sizeof(ret->route)) + RTA_SPACE(size));
	if (ifindex <= 0)
		return;
	oif = (struct rtattr *)(void *)((char *)ret + ret->header.nlmsg_len);
	oif->rta_type = RTA_OIF;
	oif->rta_len = RTA_LENGTH(sizeof(ifindex));
	memcpy(RTA_DATA(oif), &ifindex, sizeof(ifindex));
	ret->header.nlmsg_len += (uint32_t)RTA_SPACE(sizeof(ifindex));
}

int own_address_check(const struct ip_addr *addr, int ifindex)
{
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	union {
		struct nlmsghdr header;
		char bytes[2048];
	} reply;
	struct query query;
	ssize_t n;

	if (ip_size(addr->family) == 0)
		return -EAFNOSUPPORT;
	if (fd < 0)
		return -errno;
	make_query(addr, ifindex, &query);
	if (send(fd, &query, query.header.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(fd, &reply, sizeof(reply), 0);
	if (n < 0)
		return -errno;
	if (!NLMSG_OK(&reply.header, (size_t)n))
		return -EBADMSG;
	if (reply.header.nlmsg_type != RTM_NEWROUTE)
		return 0;
	return ((struct rtmsg *)NLMSG_DATA(&reply.header))->rtm_type == RTN_LOCAL;
}
