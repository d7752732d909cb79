/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The kernel's answers: a first byte says which, a stream of messages of rtnetlink or of sock_diag
 * follows. What is read goes into tables, as it does in the program. */

#include <netlink/msg.h>

#include "fuzz.h"
#include "netlink_tables.h"
#include "sockdiag.h"

/* An address that is one of its family's, and a length that this has. */
static void check_prefix(const struct ip_prefix *prefix)
{
	char text[IP_TEXT_MAX];

	fuzz_assert(prefix->addr.family == AF_INET || prefix->addr.family == AF_INET6);
	fuzz_assert(prefix->length <= 8 * ip_size(prefix->addr.family));
	fuzz_assert(strlen(ip_prefix_format(prefix, text)) > 0);
	(void)ip_prefix_last(prefix);
}

static void check_row(enum netlink_kind kind, const union netlink_row *row)
{
	switch (kind) {
	case NETLINK_LINKS:
		fuzz_assert(memchr(row->link.name, 0, sizeof(row->link.name)));
		fuzz_assert(memchr(row->link.kind, 0, sizeof(row->link.kind)));
		fuzz_assert(row->link.mac_len <= sizeof(row->link.mac));
		break;
	case NETLINK_ADDRESSES:
		check_prefix(&row->address.ip);
		break;
	case NETLINK_ROUTES:
		fuzz_assert(row->route.ifindex > 0);
		break;
	case NETLINK_SET_ROUTES:
		fuzz_assert(row->set_route.ifindex > 0);
		check_prefix(&row->set_route.destination);
		break;
	case NETLINK_N_KINDS:
		break;
	}
}

/* Put a row in its table, as an event or a dump does. */
static void take_row(struct netlink *nl, enum netlink_kind kind, const union netlink_row *row)
{
	switch (kind) {
	case NETLINK_LINKS:
		(void)netlink_put_link(nl, &row->link);
		break;
	case NETLINK_ADDRESSES:
		(void)netlink_put_address(nl, &row->address);
		break;
	case NETLINK_ROUTES:
	case NETLINK_SET_ROUTES:
		(void)table_append(kind, &nl->tables[kind], row);
		break;
	case NETLINK_N_KINDS:
		break;
	}
}

/* Ask of the tables what the screens do. */
static void look(struct netlink *nl)
{
	size_t n = 0;
	const struct address *addresses;
	const struct link *links;

	table_sort(NETLINK_ROUTES, &nl->tables[NETLINK_ROUTES]);
	table_sort(NETLINK_SET_ROUTES, &nl->tables[NETLINK_SET_ROUTES]);
	addresses = netlink_addresses(nl, &n);
	for (size_t i = 0; i < n; i++)
		fuzz_assert(address_kind(nl, &addresses[i]) < ADDRESS_N_KINDS);
	links = netlink_links(nl, &n);
	for (size_t i = 0; i < n; i++) {
		(void)link_is_customers(nl, &links[i]);
		fuzz_assert(netlink_link_by_index(nl, links[i].ifindex) == &links[i]);
	}
}

/* Messages one behind the other; a deletion is one that has the kind's type for it. */
static void read_messages(struct netlink *nl, struct nlmsghdr *message, int left)
{
	for (; nlmsg_ok(message, left); message = nlmsg_next(message, &left))
		for (enum netlink_kind kind = 0; kind < NETLINK_N_KINDS; kind++) {
			union netlink_row row;

			if (message->nlmsg_type != netlink_types[kind].new &&
				message->nlmsg_type != netlink_types[kind].del)
				continue;
			if (netlink_parse(kind, message, &row) <= 0)
				continue;
			check_row(kind, &row);
			if (message->nlmsg_type == netlink_types[kind].new)
				take_row(nl, kind, &row);
			else if (kind == NETLINK_LINKS)
				(void)netlink_remove_link(nl, row.link.ifindex);
			else if (kind == NETLINK_ADDRESSES)
				(void)netlink_remove_address(nl, &row.address);
		}
}

/* A socket of sock_diag's. */
static void take_socket(const struct sockdiag *found, void *userdata)
{
	char text[IP_TEXT_MAX];

	fuzz_assert(ip_size(found->local.family) > 0 && ip_size(found->remote.family) > 0);
	fuzz_assert(*ip_format(&found->local, text) && *ip_format(&found->remote, text));
	++*(size_t *)userdata;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ void *copy = NULL;
	struct netlink nl = { 0 };
	size_t found = 0;

	if (size < 1)
		return 0;
	copy = fuzz_copy(data + 1, size - 1);
	if (data[0] == 's') {
		(void)sockdiag_read(copy, size - 1, take_socket, &found);
		fuzz_assert(found <= size);
		return 0;
	}
	read_messages(&nl, copy, (int)size - 1);
	look(&nl);
	for (size_t i = 0; i < NETLINK_N_KINDS; i++)
		table_done(&nl.tables[i]);
	return 0;
}
