/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * How long it takes to read all links, addresses and routes: over a bare socket that counts the
 * messages and looks at none, and by netlink.h. Prints "raw_usec=N tables_usec=N" for each round.
 */

#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <time.h>

#include "netlink.h"
#include "netlink_walk.h"
#include "util.h"

#define ROUNDS 15

/* Microseconds of the monotonic clock. */
static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1e6 + ts.tv_nsec / 1e3;
}

/* Read one dump to its end. */
static bool drain(int fd)
{
	static char buffer[64 * 1024] __attribute__((aligned(NLMSG_ALIGNTO)));

	for (;;) {
		ssize_t n = recv(fd, buffer, sizeof(buffer), 0);
		struct nlmsghdr *message = (struct nlmsghdr *)buffer;

		if (n <= 0)
			return false;
		for (; NLMSG_OK(message, n); message = netlink_next_message(message, &n))
			if (message->nlmsg_type == NLMSG_DONE || message->nlmsg_type == NLMSG_ERROR)
				return message->nlmsg_type == NLMSG_DONE;
	}
}

/* Ask for one dump: links without statistics, routes of the main table, as netlink_dump.c does. */
static bool dump(int fd, int type)
{
	struct {
		struct nlmsghdr header;
		union {
			struct {
				struct ifinfomsg info;
				struct rtattr attr;
				uint32_t mask;
			} link;
			struct ifaddrmsg address;
			struct rtmsg route;
		} body;
	} request = {
		.header.nlmsg_type = type,
		.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP,
	};
	size_t size = sizeof(request.body.address);

	if (type == RTM_GETLINK) {
		request.body.link.attr =
			(struct rtattr){ .rta_len = RTA_LENGTH(4), .rta_type = IFLA_EXT_MASK };
		request.body.link.mask = RTEXT_FILTER_SKIP_STATS;
		size = sizeof(request.body.link);
	} else if (type == RTM_GETROUTE) {
		request.body.route.rtm_table = RT_TABLE_MAIN;
		request.body.route.rtm_type = RTN_UNICAST;
		size = sizeof(request.body.route);
	}
	request.header.nlmsg_len = NLMSG_LENGTH(size);
	return send(fd, &request, request.header.nlmsg_len, 0) >= 0 && drain(fd);
}

/* All three dumps over a socket of their own; negative on failure. */
static double time_raw(void)
{
	const int one = 1;
	double start = now();
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || setsockopt(fd, SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one, sizeof(one)) < 0)
		return -1;
	if (!dump(fd, RTM_GETADDR) || !dump(fd, RTM_GETLINK) || !dump(fd, RTM_GETROUTE))
		return -1;
	return now() - start;
}

/* The same by netlink.h, subscription included. */
static double time_tables(void)
{
	double start = now(), end;
	struct netlink *nl = NULL;
	int r = netlink_new(&nl);

	if (r >= 0)
		r = netlink_read_addresses(nl);
	if (r >= 0)
		r = netlink_read_links(nl);
	if (r >= 0)
		r = netlink_read_routes(nl);
	end = now();
	netlink_free(nl);
	return r < 0 ? -1 : end - start;
}

int main(void)
{
	for (int i = 0; i < ROUNDS; i++) {
		double raw = time_raw(), tables = time_tables();

		if (raw < 0 || tables < 0) {
			fputs("dump: the kernel refuses\n", stderr);
			return EXIT_FAILURE;
		}
		printf("raw_usec=%.1f tables_usec=%.1f\n", raw, tables);
	}
	return EXIT_SUCCESS;
}
