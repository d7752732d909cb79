/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The least that a live curses program can do: keys are echoed, and each address that the kernel
 * tells of is drawn as it comes, without tables. */

#include <arpa/inet.h>
#include <linux/rtnetlink.h>
#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "netlink_walk.h"

/* A socket that hears of IPv4 addresses. */
static int subscribe(void)
{
	struct sockaddr_nl name = { .nl_family = AF_NETLINK, .nl_groups = RTMGRP_IPV4_IFADDR };
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);

	if (fd < 0 || bind(fd, (struct sockaddr *)&name, sizeof(name)) < 0)
		return -1;
	return fd;
}

/* Draw the address of one message, or that it has gone. */
static void draw(struct nlmsghdr *message)
{
	struct ifaddrmsg *info = NLMSG_DATA(message);
	int left = IFA_PAYLOAD(message);
	char text[INET_ADDRSTRLEN];

	for (const struct rtattr *attr = (const void *)(info + 1); RTA_OK(attr, left);
		attr = netlink_next_attribute(attr, &left))
		if (attr->rta_type == IFA_LOCAL &&
			inet_ntop(AF_INET, RTA_DATA(attr), text, sizeof(text)))
			mvprintw(5, 8, "%-30s", message->nlmsg_type == RTM_NEWADDR ? text : "");
	refresh();
}

/* Take one datagram in. */
static void hear(int fd)
{
	char buffer[8192] __attribute__((aligned(NLMSG_ALIGNTO)));
	ssize_t n = recv(fd, buffer, sizeof(buffer), 0);

	for (struct nlmsghdr *message = (struct nlmsghdr *)buffer; n > 0 && NLMSG_OK(message, n);
		message = netlink_next_message(message, &n))
		draw(message);
}

int main(void)
{
	struct pollfd fds[] = {
		{ .fd = STDIN_FILENO, .events = POLLIN },
		{ .fd = subscribe(), .events = POLLIN },
	};

	setlocale(LC_ALL, "");
	if (fds[1].fd < 0 || !initscr())
		return EXIT_FAILURE;
	raw();
	noecho();
	curs_set(0);
	box(stdscr, 0, 0);
	mvprintw(5, 8, "https://10.77.0.5/");
	refresh();
	while (poll(fds, 2, -1) > 0 && !(fds[0].revents & POLLHUP)) {
		if (fds[1].revents)
			hear(fds[1].fd);
		if (!fds[0].revents)
			continue;
		mvprintw(7, 8, "key %c", getch());
		refresh();
	}
	endwin();
	return EXIT_SUCCESS;
}
