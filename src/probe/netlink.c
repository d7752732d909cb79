/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The two sockets: one hears what changes, the other asks. libnl's caches cost ten times the memory
 * and three times the time of a bare dump where there are thousands of links, so the tables are our
 * own.
 */

#include <errno.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <sys/socket.h>
#include <time.h>

#include "netlink_tables.h"
#include "usec.h"
#include "util.h"

/* A message of the kernel's is at most one page or, in a dump, 32 KiB. */
#define MESSAGE_MAX (64 * 1024)

/* Room for the news of thousands of links (it takes memory only while they wait); without
 * privilege the kernel grants net.core.rmem_max. */
#define EVENT_BUFFER_MAX (32 * 1024 * 1024)

/* Other sources of the event loop get their turn after so many messages. */
#define EVENTS_AT_ONCE 1024

/* While there is news without end it is passed on so often, and tables are dumped again in at most
 * one part of this many of the time. */
#define NEWS_GAP_USEC	   (20 * 1000ULL)
#define NEWS_ACCURACY_USEC 1000
#define DUMP_SHARE	   4

/* One socket. */
static int open_socket(struct nl_sock **ret)
{
	struct nl_sock *socket = nl_socket_alloc();
	int r;

	if (!socket)
		return -ENOMEM;
	r = nl_connect(socket, NETLINK_ROUTE);
	if (r >= 0)
		r = nl_socket_set_msg_buf_size(socket, MESSAGE_MAX);
	if (r < 0) {
		nl_socket_free(socket);
		return netlink_error(r);
	}
	nl_socket_disable_msg_peek(socket);
	*ret = socket;
	return 0;
}

/* Subscribe to what changes. */
static int open_events(struct netlink *nl)
{
	const int size = EVENT_BUFFER_MAX;
	int r = open_socket(&nl->events), fd;

	if (r < 0)
		return r;
	fd = nl_socket_get_fd(nl->events);
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) < 0 &&
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)) < 0)
		return -errno;
	nl_socket_disable_seq_check(nl->events);
	r = nl_socket_set_nonblocking(nl->events);
	if (r >= 0)
		r = nl_socket_add_memberships(nl->events, RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR,
			RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, 0);
	return netlink_error(r);
}

/* Open what asks. Strict checking makes the kernel heed the filter of a dump; where it is unknown
 * the parser filters. */
static int open_requests(struct netlink *nl)
{
	const int one = 1;
	int r = open_socket(&nl->requests);

	if (r < 0)
		return r;
	setsockopt(nl_socket_get_fd(nl->requests), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one,
		sizeof(one));
	return 0;
}

int netlink_new(struct netlink **ret)
{
	struct netlink *nl = calloc(1, sizeof(*nl));
	int r;

	if (!nl)
		return -ENOMEM;
	r = open_events(nl);
	if (r >= 0)
		r = open_requests(nl);
	if (r < 0) {
		netlink_free(nl);
		return r;
	}
	*ret = nl;
	return 0;
}

struct netlink *netlink_free(struct netlink *nl)
{
	if (!nl)
		return NULL;
	sd_event_source_disable_unref(nl->source);
	sd_event_source_disable_unref(nl->timer);
	nl_socket_free(nl->events);
	nl_socket_free(nl->requests);
	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		table_done(&nl->tables[kind]);
	free(nl);
	return NULL;
}

void netlink_freep(struct netlink **nl)
{
	netlink_free(*nl);
}

/* -- tables --------------------------------------------------------------------------------- */

/* Replace a table by what the kernel has. Returns 1 when something that can be seen is different
 * now, 0 when not. When changes break in again and again, the table is left to the next event: the
 * one that broke in is already on its way. */
static int read_table(struct netlink *nl, enum netlink_kind kind)
{
	struct table table;
	int r = netlink_dump(nl->requests, kind, &table);

	nl->stale[kind] = r < 0;
	if (r < 0)
		return r == -EAGAIN ? 0 : r;
	if (kind == NETLINK_ADDRESSES)
		nl->next_order = table.n;
	r = !nl->read[kind] || !table_same(kind, &nl->tables[kind], &table);
	table_done(&nl->tables[kind]);
	nl->tables[kind] = table;
	return r;
}

/* Read a table for those who want it followed from now on. */
static int netlink_read(struct netlink *nl, enum netlink_kind kind)
{
	int r = read_table(nl, kind);

	if (r < 0)
		return r;
	nl->read[kind] = true;
	return 0;
}

int netlink_read_addresses(struct netlink *nl)
{
	return netlink_read(nl, NETLINK_ADDRESSES);
}

int netlink_read_links(struct netlink *nl)
{
	return netlink_read(nl, NETLINK_LINKS);
}

int netlink_read_routes(struct netlink *nl)
{
	return netlink_read(nl, NETLINK_ROUTES);
}

int netlink_read_set_routes(struct netlink *nl)
{
	return netlink_read(nl, NETLINK_SET_ROUTES);
}

/* -- events --------------------------------------------------------------------------------- */

/* The kernel removed routes of a link without a word. */
static void mark_routes_stale(struct netlink *nl, int ifindex)
{
	for (int kind = NETLINK_ROUTES; kind <= NETLINK_SET_ROUTES; kind++)
		if (netlink_routes_use(nl, kind, ifindex))
			nl->stale[kind] = true;
}

/* Take a link in. The kernel removes IPv4 routes of a link that goes down without a word. */
static int take_link(struct netlink *nl, const struct link *link, bool gone)
{
	if (gone || !(link->flags & IFF_UP))
		mark_routes_stale(nl, link->ifindex);
	return gone ? netlink_remove_link(nl, link->ifindex) : netlink_put_link(nl, link);
}

/* Take an address in. With the last address of a network go the routes that need it, likewise. */
static int take_address(struct netlink *nl, const struct address *address, bool gone)
{
	if (gone)
		mark_routes_stale(nl, address->ifindex);
	return gone ? netlink_remove_address(nl, address) : netlink_put_address(nl, address);
}

/* A route came, went or was replaced; the message does not tell which one it replaced. */
static int take_route(struct netlink *nl, enum netlink_kind kind)
{
	nl->stale[kind] = true;
	return 0;
}

/* Take one event in; one of a route is for two tables. */
static int take_event(struct nl_msg *msg, void *userdata)
{
	struct nlmsghdr *message = nlmsg_hdr(msg);
	struct netlink *nl = userdata;
	union netlink_row row;

	for (int kind = 0; kind < NETLINK_N_KINDS; kind++) {
		bool gone = message->nlmsg_type == netlink_types[kind].del;
		int r = 0;

		if (!gone && message->nlmsg_type != netlink_types[kind].new)
			continue;
		if (!nl->read[kind] || !netlink_parse(kind, message, &row))
			continue;
		if (kind == NETLINK_LINKS)
			r = take_link(nl, &row.link, gone);
		else if (kind == NETLINK_ADDRESSES)
			r = take_address(nl, &row.address, gone);
		else
			r = take_route(nl, kind);
		nl->news |= r > 0;
		if (r < 0)
			nl->stale[kind] = true;
	}
	return NL_OK;
}

/* Mark every table that is followed. */
static void mark_all_stale(struct netlink *nl)
{
	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		nl->stale[kind] = nl->read[kind];
}

/* Take in what waits on the socket. Where the kernel had to throw events away, or one did not fit
 * our buffer, the tables must be dumped again. */
static int take_events(struct netlink *nl)
{
	int r = nl_socket_modify_cb(nl->events, NL_CB_VALID, NL_CB_CUSTOM, take_event, nl);

	for (int i = 0; i < EVENTS_AT_ONCE && r >= 0; i++) {
		r = nl_recvmsgs_default(nl->events);
		if (r != -NLE_NOMEM && r != -NLE_MSG_TRUNC)
			continue;
		mark_all_stale(nl);
		r = 0;
	}
	return r == -NLE_AGAIN ? 0 : netlink_error(r);
}

/* Dump again what has become stale. One that fails now is tried again with the next event. */
static bool refresh_tables(struct netlink *nl)
{
	bool changed = false;

	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		if (nl->stale[kind] && read_table(nl, kind) > 0)
			changed = true;
	return changed;
}

/* Is there a table to be dumped again? */
static bool is_stale(const struct netlink *nl)
{
	for (int kind = 0; kind < NETLINK_N_KINDS; kind++)
		if (nl->stale[kind])
			return true;
	return false;
}

/* Dump again what has become stale and tell of changes: now, or where that was just done, a little
 * later. */
static int pass_on(struct netlink *nl)
{
	uint64_t begun = usec_now(CLOCK_MONOTONIC), took;
	int r;

	if (!nl->news && !is_stale(nl))
		return 0;
	if (begun < nl->next_news) {
		r = sd_event_source_set_time(nl->timer, nl->next_news);
		return r < 0 ? r : sd_event_source_set_enabled(nl->timer, SD_EVENT_ONESHOT);
	}
	if (refresh_tables(nl))
		nl->news = true;
	took = usec_now(CLOCK_MONOTONIC) - begun;
	nl->next_news = begun + took * DUMP_SHARE + NEWS_GAP_USEC;
	if (nl->news) {
		nl->news = false;
		nl->changed(nl, nl->userdata);
	}
	return 0;
}

/* The news that had to wait is due. */
static int on_timer(sd_event_source *source, uint64_t usec, void *userdata)
{
	return pass_on(userdata);
}

/* Something waits on the socket. */
static int on_events(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct netlink *nl = userdata;
	int r = take_events(nl);

	return r < 0 ? r : pass_on(nl);
}

int netlink_attach(struct netlink *nl, sd_event *event, netlink_changed_fn changed, void *userdata)
{
	int r;

	r = sd_event_add_time(
		event, &nl->timer, CLOCK_MONOTONIC, 0, NEWS_ACCURACY_USEC, on_timer, nl);
	if (r >= 0)
		r = sd_event_source_set_enabled(nl->timer, SD_EVENT_OFF);
	if (r >= 0)
		r = sd_event_add_io(
			event, &nl->source, nl_socket_get_fd(nl->events), EPOLLIN, on_events, nl);
	if (r < 0)
		return r;
	nl->changed = changed;
	nl->userdata = userdata;
	return 0;
}
