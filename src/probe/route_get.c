/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "route_get.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include "netlink_walk.h"
#include "util.h"

/* States of an entry whose machine is known to be there (neighbour discovery calls them so, RFC
 * 4861 section 7.3.2). */
#define THERE (NUD_REACHABLE | NUD_DELAY | NUD_PERMANENT | NUD_NOARP)

/* A message with its attributes. */
union message {
	struct nlmsghdr header;
	char bytes[2048];
};

/* Add an attribute; there is room for all that are asked with here. */
static void append(union message *message, unsigned short type, const void *data, size_t size)
{
	struct rtattr *attr = (void *)(message->bytes + message->header.nlmsg_len);

	attr->rta_type = type;
	attr->rta_len = (unsigned short)RTA_LENGTH(size);
	memcpy(RTA_DATA(attr), data, size);
	message->header.nlmsg_len += (uint32_t)RTA_SPACE(size);
}

/* Ask the kernel one thing; the answer comes in the place of the question. */
static int ask(union message *message, uint16_t expected)
{
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	ssize_t n;

	if (fd < 0 || send(fd, message, message->header.nlmsg_len, 0) < 0)
		return -errno;
	n = recv(fd, message, sizeof(*message), 0);
	if (n < 0)
		return -errno;
	if (!NLMSG_OK(&message->header, (size_t)n))
		return -EBADMSG;
	if (message->header.nlmsg_type == NLMSG_ERROR)
		return ((const struct nlmsgerr *)NLMSG_DATA(&message->header))->error;
	return message->header.nlmsg_type == expected ? 0 : -EBADMSG;
}

int route_get(const struct ip_addr *addr, int ifindex, struct route_answer *ret)
{
	union message message = { .header = { .nlmsg_len = NLMSG_SPACE(sizeof(struct rtmsg)),
					  .nlmsg_type = RTM_GETROUTE,
					  .nlmsg_flags = NLM_F_REQUEST } };
	struct rtmsg *route = NLMSG_DATA(&message.header);
	const struct rtattr *attr = (const void *)(route + 1);
	int left, r;

	route->rtm_family = (unsigned char)addr->family;
	route->rtm_dst_len = (unsigned char)(8 * ip_size(addr->family));
	append(&message, RTA_DST, addr->bytes, ip_size(addr->family));
	if (ifindex > 0)
		append(&message, RTA_OIF, &ifindex, sizeof(ifindex));
	r = ask(&message, RTM_NEWROUTE);
	if (r < 0)
		return r;
	*ret = (struct route_answer){ .local = route->rtm_type == RTN_LOCAL, .onlink = true };
	for (left = (int)RTM_PAYLOAD(&message.header); RTA_OK(attr, left);
		attr = netlink_next_attribute(attr, &left)) {
		if (attr->rta_type == RTA_OIF)
			memcpy(&ret->ifindex, RTA_DATA(attr), sizeof(ret->ifindex));
		if (attr->rta_type == RTA_GATEWAY || attr->rta_type == RTA_VIA)
			ret->onlink = false;
	}
	return 0;
}

int route_get_neighbour(const struct ip_addr *addr, int ifindex)
{
	union message message = { .header = { .nlmsg_len = NLMSG_SPACE(sizeof(struct ndmsg)),
					  .nlmsg_type = RTM_GETNEIGH,
					  .nlmsg_flags = NLM_F_REQUEST } };
	struct ndmsg *neighbour = NLMSG_DATA(&message.header);
	int r;

	neighbour->ndm_family = (unsigned char)addr->family;
	neighbour->ndm_ifindex = ifindex;
	append(&message, NDA_DST, addr->bytes, ip_size(addr->family));
	r = ask(&message, RTM_NEWNEIGH);
	if (r < 0)
		return r == -ENOENT ? 0 : r;
	return (neighbour->ndm_state & THERE) != 0;
}
