/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A socket that tells of changes of the firewall and is given away. The kernel asks whoever writes
 * into it for CAP_NET_ADMIN, so that an account without it can neither read nor change rules; that
 * the messages' contents are kept from it is this file's work: only "a new generation", without the
 * name of the program that has made it, passes the filter, and that is locked.
 */

#include <errno.h>
#include <linux/filter.h>
#include <linux/netfilter/nf_tables.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netlink.h>
#include <stddef.h>
#include <sys/socket.h>

#include "firewall_child.h"
#include "util.h"

/* As the filter reads it: in the order of the network, which is not that of the message. */
#define NEW_GENERATION ((unsigned)htons((NFNL_SUBSYS_NFTABLES << 8) | NFT_MSG_NEWGEN))

static const struct sock_filter instructions[] = {
	BPF_STMT(BPF_LD | BPF_H | BPF_ABS, offsetof(struct nlmsghdr, nlmsg_type)),
	BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), /* its constant: NEW_GENERATION */
	BPF_STMT(BPF_RET | BPF_K, sizeof(struct nlmsghdr)),
	BPF_STMT(BPF_RET | BPF_K, 0),
};

/* Let only that through, for good. */
static int set_filter(int fd)
{
	struct sock_filter code[ARRAY_SIZE(instructions)];
	const struct sock_fprog program = { .len = ARRAY_SIZE(code), .filter = code };
	const int on = 1;

	memcpy(code, instructions, sizeof(code));
	code[1].k = NEW_GENERATION;
	if (setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof(program)) < 0 ||
		setsockopt(fd, SOL_SOCKET, SO_LOCK_FILTER, &on, sizeof(on)) < 0)
		return -errno;
	return 0;
}

int firewall_watch(void)
{
	const struct sockaddr_nl any = { .nl_family = AF_NETLINK };
	_cleanup_close_ int fd = -1;
	const int group = NFNLGRP_NFTABLES;
	int r;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER);
	if (fd < 0)
		return -errno;
	r = set_filter(fd);
	if (r < 0)
		return r;
	/* Without a port of its own a socket is sent nothing. */
	if (bind(fd, (const struct sockaddr *)&any, sizeof(any)) < 0 ||
		setsockopt(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return -errno;
	return take_fd(&fd);
}
