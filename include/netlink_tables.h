/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of netlink.h: sorted tables, and the messages that fill them. For src/probe and for
 * tests, which fill the tables by hand. */

#include <linux/netlink.h>

#include "netlink.h"

enum netlink_kind {
	NETLINK_LINKS,
	NETLINK_ADDRESSES,
	NETLINK_ROUTES, /* default routes */
	NETLINK_SET_ROUTES,
	NETLINK_N_KINDS,
};

struct table {
	void *rows;
	size_t n, allocated;
};

struct nl_sock;

struct netlink {
	struct table tables[NETLINK_N_KINDS];
	bool read[NETLINK_N_KINDS];  /* has been dumped; before, events are of no use */
	bool stale[NETLINK_N_KINDS]; /* must be dumped again */
	uint32_t next_order;
	struct nl_sock *events, *requests;
	sd_event_source *source, *timer;
	bool news;	    /* something has changed that was not passed on yet */
	uint64_t next_news; /* not before; CLOCK_MONOTONIC, usec */
	netlink_changed_fn changed;
	void *userdata;
};

/* Add a row behind the others, without order. -ENOMEM. */
int table_append(enum netlink_kind kind, struct table *table, const void *row);

/* Put the rows in order. */
void table_sort(enum netlink_kind kind, struct table *table);

/* Are two tables equal in all that can be seen? */
bool table_same(enum netlink_kind kind, const struct table *a, const struct table *b);

void table_done(struct table *table);

/* Add or update in place. Returns 1 when something that can be seen is different now, 0 when not,
 * or -ENOMEM. */
int netlink_put_link(struct netlink *nl, const struct link *link);
int netlink_put_address(struct netlink *nl, const struct address *address);

/* Remove: a link goes with its addresses. Returns 1 when there was such a row, 0 when not. */
int netlink_remove_link(struct netlink *nl, int ifindex);
int netlink_remove_address(struct netlink *nl, const struct address *address);

/* Is there a route through this link in the table of this kind? */
bool netlink_routes_use(const struct netlink *nl, enum netlink_kind kind, int ifindex);

/* Read an RTM_*LINK, *ADDR or *ROUTE message into a row of the kind's table. Returns 1 when there
 * is a row in it, 0 when it is of no interest (a bridge's port, a route that is no default). */
int netlink_parse(enum netlink_kind kind, struct nlmsghdr *message, void *ret_row);

/* What asks for a table, and what tells of changes to it. */
struct netlink_types {
	int get, new, del;
};
extern const struct netlink_types netlink_types[NETLINK_N_KINDS];

/* Ask for a table, in order. -EAGAIN: changes broke in again and again; ret is as before then. */
int netlink_dump(struct nl_sock *socket, enum netlink_kind kind, struct table *ret);

/* libnl's error as a negative errno. */
int netlink_error(int r);

/* The room that any kind's row needs. */
union netlink_row {
	struct link link;
	struct address address;
	struct default_route route;
	struct route set_route;
};
