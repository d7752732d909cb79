/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "link_request.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

/* Begin a request about a link; NULL: there is no memory. */
static struct nl_msg *begin(int type, int ifindex)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = ifindex };
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_ACK);

	if (msg && nlmsg_append(msg, &info, sizeof(info), NLMSG_ALIGNTO) < 0) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* Send it, wait for the kernel's answer and free it; libnl's error. */
static int finish(struct nl_msg *msg)
{
	struct nl_sock *socket = nl_socket_alloc();
	int r = -NLE_NOMEM;

	if (socket && msg)
		r = nl_connect(socket, NETLINK_ROUTE);
	if (r >= 0)
		r = nl_send_auto(socket, msg);
	if (r >= 0)
		r = nl_wait_for_ack(socket);
	nlmsg_free(msg);
	nl_socket_free(socket);
	return r;
}

/* The errno for libnl's error. */
static int to_errno(int error)
{
	return error == -NLE_PERM ? -EPERM : error == -NLE_NOMEM ? -ENOMEM : error < 0 ? -EIO : 0;
}

int link_request_removal(int ifindex)
{
	int r = finish(begin(RTM_DELLINK, ifindex));

	return r == -NLE_NODEV || r == -NLE_OBJ_NOTFOUND ? 0 : to_errno(r);
}

int link_request_mtu(int ifindex, uint32_t mtu)
{
	struct nl_msg *msg = begin(RTM_SETLINK, ifindex);

	if (msg && nla_put_u32(msg, IFLA_MTU, mtu) < 0) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return to_errno(finish(msg));
}
