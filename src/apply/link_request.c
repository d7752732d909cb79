/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "link_request.h"

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

/* Begin a request about a link, 0 for one to be made; NULL: there is no memory. */
static struct nl_msg *begin(int type, int flags, int ifindex)
{
	struct ifinfomsg info = { .ifi_family = AF_UNSPEC, .ifi_index = ifindex };
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_ACK | flags);

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
	int r = finish(begin(RTM_DELLINK, 0, ifindex));

	return r == -NLE_NODEV || r == -NLE_OBJ_NOTFOUND ? 0 : to_errno(r);
}

int link_request_mtu(int ifindex, uint32_t mtu)
{
	struct nl_msg *msg = begin(RTM_SETLINK, 0, ifindex);

	if (msg && nla_put_u32(msg, IFLA_MTU, mtu) < 0) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return to_errno(finish(msg));
}

/* The attributes of a VLAN. */
static int put_vlan(struct nl_msg *msg, const char *ifname, int parent, uint16_t id)
{
	struct nlattr *info, *data;

	if (nla_put_string(msg, IFLA_IFNAME, ifname) < 0 ||
		nla_put_u32(msg, IFLA_LINK, (uint32_t)parent) < 0)
		return -ENOMEM;
	info = nla_nest_start(msg, IFLA_LINKINFO);
	if (!info || nla_put_string(msg, IFLA_INFO_KIND, "vlan") < 0)
		return -ENOMEM;
	data = nla_nest_start(msg, IFLA_INFO_DATA);
	if (!data || nla_put_u16(msg, IFLA_VLAN_ID, id) < 0)
		return -ENOMEM;
	(void)nla_nest_end(msg, data);
	(void)nla_nest_end(msg, info);
	return 0;
}

int link_request_vlan(const char *ifname, int parent, uint16_t id)
{
	struct nl_msg *msg = begin(RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, 0);

	if (msg && put_vlan(msg, ifname, parent, id) < 0) {
		nlmsg_free(msg);
		return -ENOMEM;
	}
	return to_errno(finish(msg));
}
