/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "sockdiag.h"

#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include "netlink_walk.h"
#include "util.h"

/* Messages of the kernel come in pieces of at most this (netlink(7), NLMSG_GOODSIZE and more). */
#define PIECE_SIZE 32768

/* One address of a message, as what it is. */
static struct ip_addr read_address(int family, const __be32 words[static 4])
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct ip_addr addr = { .family = family };

	memcpy(addr.bytes, words, ip_size(family));
	if (family == AF_INET6 && memcmp(addr.bytes, mapped, sizeof(mapped)) == 0) {
		addr = (struct ip_addr){ .family = AF_INET };
		memcpy(addr.bytes, &words[3], sizeof(words[3]));
	}
	return addr;
}

/* The socket that a message is about. */
static struct sockdiag read_socket(const struct nlmsghdr *header)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(header);
	const struct rtattr *attr = (const void *)(msg + 1);
	int left = (int)(header->nlmsg_len - NLMSG_LENGTH(sizeof(*msg)));
	struct sockdiag found = {
		.local = read_address(msg->idiag_family, msg->id.idiag_src),
		.remote = read_address(msg->idiag_family, msg->id.idiag_dst),
		.ifindex = (int)msg->id.idiag_if,
	};

	for (; RTA_OK(attr, left); attr = netlink_next_attribute(attr, &left))
		if (attr->rta_type == INET_DIAG_SKV6ONLY && RTA_PAYLOAD(attr) >= 1)
			found.v6only = *(const uint8_t *)RTA_DATA(attr);
	return found;
}

/* Ask for the sockets of one family. */
static int send_query(int fd, int family, unsigned port, uint32_t states)
{
	struct {
		struct nlmsghdr header;
		struct inet_diag_req_v2 query;
	} message = {
		.header = { .nlmsg_len = sizeof(message),
			.nlmsg_type = SOCK_DIAG_BY_FAMILY,
			.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.query = { .sdiag_family = (uint8_t)family,
			.sdiag_protocol = IPPROTO_TCP,
			.idiag_states = states,
			.id = { .idiag_sport = htons((uint16_t)port),
				.idiag_cookie = { INET_DIAG_NOCOOKIE, INET_DIAG_NOCOOKIE } } },
	};

	return send(fd, &message, sizeof(message), 0) < 0 ? -errno : 0;
}

/* What a message of the answer says: 1 at its end, 0 where it is of no interest or was told to fn.
 */
static int read_message(const struct nlmsghdr *header, sockdiag_fn fn, void *userdata)
{
	const struct inet_diag_msg *msg = NLMSG_DATA(header);
	const struct nlmsgerr *error = NLMSG_DATA(header);
	struct sockdiag found;

	if (header->nlmsg_type == NLMSG_DONE)
		return 1;
	if (header->nlmsg_type == NLMSG_ERROR && header->nlmsg_len >= NLMSG_LENGTH(sizeof(*error)))
		return error->error < 0 ? error->error : 0;
	if (header->nlmsg_type == NLMSG_ERROR || header->nlmsg_len < NLMSG_LENGTH(sizeof(*msg)) ||
		ip_size(msg->idiag_family) == 0)
		return -EBADMSG;
	found = read_socket(header);
	fn(&found, userdata);
	return 0;
}

int sockdiag_read(const void *piece, size_t size, sockdiag_fn fn, void *userdata)
{
	const struct nlmsghdr *header = piece;
	int r = 0;

	/* NLMSG_NEXT() would count to below 0 where the last message ends without its padding. */
	for (size_t at = 0; r == 0 && at < size && NLMSG_OK(header, size - at);) {
		r = read_message(header, fn, userdata);
		at += NLMSG_ALIGN(header->nlmsg_len);
		header = (const void *)((const uint8_t *)piece + at);
	}
	return r;
}

/* The sockets of one family. */
static int dump_family(
	int fd, int family, unsigned port, uint32_t states, sockdiag_fn fn, void *userdata)
{
	_cleanup_free_ void *piece = malloc(PIECE_SIZE);
	int r;

	if (!piece)
		return -ENOMEM;
	r = send_query(fd, family, port, states);
	while (r == 0) {
		ssize_t n = recv(fd, piece, PIECE_SIZE, 0);

		if (n < 0 && errno != EINTR)
			return -errno;
		if (n > 0)
			r = sockdiag_read(piece, (size_t)n, fn, userdata);
	}
	return r < 0 ? r : 0;
}

int sockdiag_dump(unsigned port, uint32_t states, sockdiag_fn fn, void *userdata)
{
	_cleanup_close_ int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int r;

	if (fd < 0)
		return -errno;
	r = dump_family(fd, AF_INET, port, states, fn, userdata);
	return r < 0 ? r : dump_family(fd, AF_INET6, port, states, fn, userdata);
}
