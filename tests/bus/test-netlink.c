/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The tables of netlink.h at work, for test_netlink.py: follows the kernel on its event loop and
 * answers questions.
 */

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/socket.h>

#include "netlink_tables.h"
#include "questions.h"
#include "util.h"

struct watcher {
	struct netlink *nl;
	unsigned changes;
	struct questions questions;
};

/* Count what would be a repaint. */
static void on_change(struct netlink *nl, void *userdata)
{
	struct watcher *watcher = userdata;

	watcher->changes++;
}

/* index name kind master mtu flags mac whether a customer's */
static void print_links(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	size_t n;
	const struct link *links = netlink_links(watcher->nl, &n);

	for (size_t i = 0; i < n; i++) {
		printf("%d %s %s %d %u %x ", links[i].ifindex, links[i].name,
			links[i].kind[0] ? links[i].kind : "-", links[i].master, links[i].mtu,
			links[i].flags);
		for (int j = 0; j < links[i].mac_len; j++)
			printf("%s%02x", j ? ":" : "", links[i].mac[j]);
		printf(" %d\n", link_is_customers(watcher->nl, &links[i]));
	}
}

/* index address flags valid kind */
static void print_addresses(void *userdata, const char *argument)
{
	static const char *const kinds[ADDRESS_N_KINDS] = {
		[ADDRESS_USABLE] = "usable",
		[ADDRESS_TENTATIVE] = "tentative",
		[ADDRESS_DUPLICATE] = "duplicate",
		[ADDRESS_DEPRECATED] = "deprecated",
		[ADDRESS_TEMPORARY] = "temporary",
		[ADDRESS_LINK_LOCAL] = "link-local",
		[ADDRESS_LOOPBACK] = "loopback",
		[ADDRESS_CONTAINER] = "container",
		[ADDRESS_VPN] = "vpn",
		[ADDRESS_INTERNAL] = "internal",
		[ADDRESS_DOWN] = "down",
	};
	struct watcher *watcher = userdata;
	char text[IP_TEXT_MAX];
	size_t n;
	const struct address *addresses = netlink_addresses(watcher->nl, &n);

	for (size_t i = 0; i < n; i++)
		printf("%d %s %x %u %s\n", addresses[i].ifindex,
			ip_prefix_format(&addresses[i].ip, text), addresses[i].flags,
			addresses[i].valid_s, kinds[address_kind(watcher->nl, &addresses[i])]);
}

/* index gateway metric family */
static void print_routes(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	char text[IP_TEXT_MAX];
	size_t n;
	const struct default_route *routes = netlink_default_routes(watcher->nl, &n);

	for (size_t i = 0; i < n; i++)
		printf("%d %s %u %d\n", routes[i].ifindex,
			routes[i].gateway.family ? ip_format(&routes[i].gateway, text) : "-",
			routes[i].metric, routes[i].family);
}

/* index destination gateway metric protocol */
static void print_set_routes(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	char to[IP_TEXT_MAX], via[IP_TEXT_MAX];
	size_t n;
	const struct route *routes = netlink_set_routes(watcher->nl, &n);

	for (size_t i = 0; i < n; i++)
		printf("%d %s %s %u %u\n", routes[i].ifindex,
			ip_prefix_format(&routes[i].destination, to),
			routes[i].gateway.family ? ip_format(&routes[i].gateway, via) : "-",
			routes[i].metric, routes[i].protocol);
}

/* How often the callback was called. */
static void print_changes(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	printf("%u\n", watcher->changes);
}

/* Leave the socket little room, so that it overflows. */
static void shrink_buffer(void *userdata, const char *argument)
{
	struct watcher *watcher = userdata;
	int fd = nl_socket_get_fd(watcher->nl->events), size = 4096;

	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0)
		puts(strerror(errno));
}

/* Hear nothing until another line comes. */
static void be_deaf(void *userdata, const char *argument)
{
	char line[8];

	puts(".");
	fflush(stdout);
	if (read(STDIN_FILENO, line, sizeof(line)) < 0)
		puts(strerror(errno));
}

static const struct question table[] = {
	{ "links", print_links },
	{ "addresses", print_addresses },
	{ "routes", print_routes },
	{ "set-routes", print_set_routes },
	{ "changes", print_changes },
	{ "shrink", shrink_buffer },
	{ "deaf", be_deaf },
	{ NULL, NULL },
};

/* Read everything and follow it. */
static int start(struct watcher *watcher, sd_event *event)
{
	int r = netlink_new(&watcher->nl);

	if (r >= 0)
		r = netlink_read_addresses(watcher->nl);
	if (r >= 0)
		r = netlink_attach(watcher->nl, event, on_change, watcher);
	if (r >= 0)
		r = netlink_read_links(watcher->nl);
	if (r >= 0)
		r = netlink_read_routes(watcher->nl);
	if (r >= 0)
		r = netlink_read_set_routes(watcher->nl);
	if (r < 0)
		return r;
	return questions_attach(event, &watcher->questions);
}

int main(void)
{
	_cleanup_(sd_event_unrefp) sd_event *event = NULL;
	struct watcher watcher = { .questions = { table, &watcher } };
	int r = sd_event_new(&event);

	if (r >= 0)
		r = start(&watcher, event);
	if (r >= 0)
		r = sd_event_loop(event);
	netlink_free(watcher.nl);
	if (r < 0)
		fprintf(stderr, "test-netlink: %s\n", strerror(-r));
	return r != 0;
}
