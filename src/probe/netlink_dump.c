/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Asking the kernel for a whole table. */

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>

#include "netlink_tables.h"
#include "util.h"

/* So often a dump that changes broke into is begun anew. */
#define DUMP_TRIES 4

const struct netlink_types netlink_types[NETLINK_N_KINDS] = {
	[NETLINK_LINKS] = { RTM_GETLINK, RTM_NEWLINK, RTM_DELLINK },
	[NETLINK_ADDRESSES] = { RTM_GETADDR, RTM_NEWADDR, RTM_DELADDR },
	[NETLINK_ROUTES] = { RTM_GETROUTE, RTM_NEWROUTE, RTM_DELROUTE },
	[NETLINK_SET_ROUTES] = { RTM_GETROUTE, RTM_NEWROUTE, RTM_DELROUTE },
};

int netlink_error(int r)
{
	static const int errors[] = {
		[NLE_INTR] = EINTR,
		[NLE_AGAIN] = EAGAIN,
		[NLE_NOMEM] = ENOMEM,
		[NLE_INVAL] = EINVAL,
		[NLE_RANGE] = ERANGE,
		[NLE_OPNOTSUPP] = EOPNOTSUPP,
		[NLE_AF_NOSUPPORT] = EAFNOSUPPORT,
		[NLE_MSG_TRUNC] = EMSGSIZE,
		[NLE_NOACCESS] = EACCES,
		[NLE_PERM] = EPERM,
		[NLE_DUMP_INTR] = EAGAIN,
	};
	size_t code = r < 0 ? -r : r;

	if (r >= 0)
		return r;
	return code < ARRAY_SIZE(errors) && errors[code] ? -errors[code] : -EIO;
}

struct dump {
	enum netlink_kind kind;
	struct table table;
	int error;
};

/* Take one message of a dump. After an error the rest is read, too, so that the socket is free for
 * the next dump. */
static int take_dumped(struct nl_msg *msg, void *userdata)
{
	struct nlmsghdr *message = nlmsg_hdr(msg);
	struct dump *dump = userdata;
	union netlink_row row;

	if (dump->error < 0 || message->nlmsg_type != netlink_types[dump->kind].new ||
		!netlink_parse(dump->kind, message, &row))
		return NL_OK;
	if (dump->kind == NETLINK_ADDRESSES)
		row.address.order = dump->table.n;
	dump->error = table_append(dump->kind, &dump->table, &row);
	return NL_OK;
}

/* Ask for a table: links without their statistics, routes of the main table. */
static int send_request(struct nl_sock *socket, enum netlink_kind kind)
{
	struct {
		struct ifinfomsg info;
		struct nlattr attr;
		uint32_t mask;
	} links = {
		.attr = { .nla_len = sizeof(links.attr) + sizeof(links.mask),
			.nla_type = IFLA_EXT_MASK },
		.mask = RTEXT_FILTER_SKIP_STATS,
	};
	struct ifaddrmsg addresses = { .ifa_family = AF_UNSPEC };
	struct rtmsg routes = { .rtm_table = RT_TABLE_MAIN, .rtm_type = RTN_UNICAST };
	const struct {
		void *body;
		size_t size;
	} bodies[NETLINK_N_KINDS] = {
		[NETLINK_LINKS] = { &links, sizeof(links) },
		[NETLINK_ADDRESSES] = { &addresses, sizeof(addresses) },
		[NETLINK_ROUTES] = { &routes, sizeof(routes) },
		[NETLINK_SET_ROUTES] = { &routes, sizeof(routes) },
	};

	return nl_send_simple(
		socket, netlink_types[kind].get, NLM_F_DUMP, bodies[kind].body, bodies[kind].size);
}

/* Dump once, into a table of its own. -EAGAIN: a change came in between. */
static int dump_once(struct nl_sock *socket, struct dump *dump)
{
	int r;

	dump->table.n = 0;
	dump->error = 0;
	r = nl_socket_modify_cb(socket, NL_CB_VALID, NL_CB_CUSTOM, take_dumped, dump);
	if (r >= 0)
		r = send_request(socket, dump->kind);
	if (r >= 0)
		r = nl_recvmsgs_default(socket);
	if (r < 0)
		return netlink_error(r);
	return dump->error;
}

int netlink_dump(struct nl_sock *socket, enum netlink_kind kind, struct table *ret)
{
	struct dump dump = { .kind = kind };
	int r = -EAGAIN;

	for (int i = 0; i < DUMP_TRIES && r == -EAGAIN; i++)
		r = dump_once(socket, &dump);
	if (r < 0) {
		table_done(&dump.table);
		return r;
	}
	table_sort(kind, &dump.table);
	*ret = dump.table;
	return 0;
}
