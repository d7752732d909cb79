/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sorted arrays of links, addresses and routes. */

#include <assert.h>
#include <errno.h>

#include "netlink_tables.h"
#include "util.h"

#define ROWS_KEPT 256 /* room that is not worth giving back */

/* Order of two numbers, for qsort(3). */
#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

/* Order of links. */
static int compare_links(const void *a, const void *b)
{
	const struct link *x = a, *y = b;

	return ORDER(x->ifindex, y->ifindex);
}

/* Order of addresses. */
static int compare_addresses(const void *a, const void *b)
{
	const struct address *x = a, *y = b;
	int r = ORDER(x->ifindex, y->ifindex);

	if (r == 0)
		r = ORDER(x->ip.addr.family, y->ip.addr.family);
	return r != 0 ? r : ORDER(x->order, y->order);
}

/* Order of default routes. */
static int compare_routes(const void *a, const void *b)
{
	const struct default_route *x = a, *y = b;
	int r = ORDER(x->ifindex, y->ifindex);

	if (r == 0)
		r = ORDER(x->family, y->family);
	if (r == 0)
		r = ORDER(x->metric, y->metric);
	return r != 0 ? r : memcmp(&x->gateway, &y->gateway, sizeof(x->gateway));
}

/* Order of two prefixes. */
static int compare_prefixes(const struct ip_prefix *x, const struct ip_prefix *y)
{
	int r = ORDER(x->addr.family, y->addr.family);

	if (r == 0)
		r = ORDER(x->length, y->length);
	return r != 0 ? r : memcmp(x->addr.bytes, y->addr.bytes, sizeof(x->addr.bytes));
}

/* Order of routes that were set. */
static int compare_set_routes(const void *a, const void *b)
{
	const struct route *x = a, *y = b;
	int r = ORDER(x->ifindex, y->ifindex);

	if (r == 0)
		r = compare_prefixes(&x->destination, &y->destination);
	if (r == 0)
		r = ORDER(x->metric, y->metric);
	if (r == 0)
		r = memcmp(&x->gateway, &y->gateway, sizeof(x->gateway));
	if (r == 0)
		r = ORDER(x->protocol, y->protocol);
	return r != 0 ? r : memcmp(&x->source, &y->source, sizeof(x->source));
}

/* Does nothing that can be seen set the two apart? */
static bool same_links(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct link)) == 0;
}

/* Likewise; lifetimes that are renewed are not seen. */
static bool same_addresses(const void *a, const void *b)
{
	const struct address *x = a, *y = b;

	return x->ifindex == y->ifindex && ip_prefix_equal(&x->ip, &y->ip) &&
	       x->flags == y->flags && x->scope == y->scope;
}

/* Likewise. */
static bool same_routes(const void *a, const void *b)
{
	return compare_routes(a, b) == 0;
}

/* Likewise. */
static bool same_set_routes(const void *a, const void *b)
{
	return compare_set_routes(a, b) == 0;
}

static const struct {
	size_t row_size;
	int (*compare)(const void *, const void *);
	bool (*same)(const void *, const void *);
} kinds[NETLINK_N_KINDS] = {
	[NETLINK_LINKS] = { sizeof(struct link), compare_links, same_links },
	[NETLINK_ADDRESSES] = { sizeof(struct address), compare_addresses, same_addresses },
	[NETLINK_ROUTES] = { sizeof(struct default_route), compare_routes, same_routes },
	[NETLINK_SET_ROUTES] = { sizeof(struct route), compare_set_routes, same_set_routes },
};

/* The row at place i. */
static void *row_at(enum netlink_kind kind, const struct table *table, size_t i)
{
	return (char *)table->rows + i * kinds[kind].row_size;
}

/* The first place whose row does not come before key. */
static size_t find_place(enum netlink_kind kind, const struct table *table, const void *key)
{
	size_t low = 0, high = table->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (kinds[kind].compare(row_at(kind, table, middle), key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first place whose row is of no link before this one. */
static size_t find_link_place(enum netlink_kind kind, const struct table *table, int ifindex)
{
	size_t low = 0, high = table->n;

	static_assert(offsetof(struct link, ifindex) == 0 &&
			      offsetof(struct address, ifindex) == 0 &&
			      offsetof(struct default_route, ifindex) == 0 &&
			      offsetof(struct route, ifindex) == 0,
		"read as an int below");
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const int *found = row_at(kind, table, middle);

		if (*found < ifindex)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The rows of a link, NULL where it has none. */
static const void *rows_of(
	const struct netlink *nl, enum netlink_kind kind, int ifindex, size_t *ret_n)
{
	const struct table *table = &nl->tables[kind];
	size_t first = find_link_place(kind, table, ifindex);

	*ret_n = find_link_place(kind, table, ifindex + 1) - first;
	return *ret_n > 0 ? row_at(kind, table, first) : NULL;
}

/* Make room for a row at place i and copy it there. */
static int insert_row(enum netlink_kind kind, struct table *table, size_t i, const void *row)
{
	size_t size = kinds[kind].row_size;

	if (table->n == table->allocated) {
		size_t allocated = table->allocated ? 2 * table->allocated : 8;
		void *rows = reallocarray(table->rows, allocated, size);

		if (!rows)
			return -ENOMEM;
		table->rows = rows;
		table->allocated = allocated;
	}
	memmove(row_at(kind, table, i + 1), row_at(kind, table, i), (table->n - i) * size);
	memcpy(row_at(kind, table, i), row, size);
	table->n++;
	return 0;
}

/* Give back what thousands of rows needed once most of them are gone. */
static void shrink(enum netlink_kind kind, struct table *table)
{
	size_t allocated = table->allocated / 2;
	void *rows;

	if (allocated < ROWS_KEPT || table->n > allocated / 2)
		return;
	rows = reallocarray(table->rows, allocated, kinds[kind].row_size);
	if (!rows)
		return;
	table->rows = rows;
	table->allocated = allocated;
}

/* Close the gap that n rows at place i leave. */
static void remove_rows(enum netlink_kind kind, struct table *table, size_t i, size_t n)
{
	if (n == 0)
		return;
	memmove(row_at(kind, table, i), row_at(kind, table, i + n),
		(table->n - i - n) * kinds[kind].row_size);
	table->n -= n;
	shrink(kind, table);
}

/* Write row over the one at place i. */
static int replace_row(enum netlink_kind kind, struct table *table, size_t i, const void *row)
{
	void *old = row_at(kind, table, i);
	bool same = kinds[kind].same(old, row);

	memcpy(old, row, kinds[kind].row_size);
	return !same;
}

int table_append(enum netlink_kind kind, struct table *table, const void *row)
{
	return insert_row(kind, table, table->n, row);
}

void table_sort(enum netlink_kind kind, struct table *table)
{
	if (table->n > 1)
		qsort(table->rows, table->n, kinds[kind].row_size, kinds[kind].compare);
}

bool table_same(enum netlink_kind kind, const struct table *a, const struct table *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (!kinds[kind].same(row_at(kind, a, i), row_at(kind, b, i)))
			return false;
	return true;
}

void table_done(struct table *table)
{
	free(table->rows);
	*table = (struct table){ 0 };
}

int netlink_put_link(struct netlink *nl, const struct link *link)
{
	struct table *table = &nl->tables[NETLINK_LINKS];
	size_t i = find_place(NETLINK_LINKS, table, link);
	int r;

	if (i < table->n && compare_links(row_at(NETLINK_LINKS, table, i), link) == 0)
		return replace_row(NETLINK_LINKS, table, i, link);
	r = insert_row(NETLINK_LINKS, table, i, link);
	return r < 0 ? r : 1;
}

/* The place of an address that has the same link, family and prefix, or the place behind the
 * addresses of its link and family. */
static size_t find_address(const struct table *table, const struct address *wanted, bool *ret_found)
{
	struct address key = {
		.ifindex = wanted->ifindex,
		.ip.addr.family = wanted->ip.addr.family,
	};
	size_t i = find_place(NETLINK_ADDRESSES, table, &key);

	*ret_found = false;
	for (const struct address *rows = table->rows; i < table->n; i++) {
		if (rows[i].ifindex != key.ifindex || rows[i].ip.addr.family != key.ip.addr.family)
			break;
		if (ip_prefix_equal(&rows[i].ip, &wanted->ip)) {
			*ret_found = true;
			break;
		}
	}
	return i;
}

int netlink_put_address(struct netlink *nl, const struct address *address)
{
	struct table *table = &nl->tables[NETLINK_ADDRESSES];
	struct address row = *address;
	bool found;
	size_t i = find_address(table, address, &found);
	int r;

	if (found) {
		row.order = ((struct address *)table->rows)[i].order;
		return replace_row(NETLINK_ADDRESSES, table, i, &row);
	}
	row.order = nl->next_order++;
	r = insert_row(NETLINK_ADDRESSES, table, i, &row);
	return r < 0 ? r : 1;
}

const struct address *netlink_addresses_of(const struct netlink *nl, int ifindex, size_t *ret_n)
{
	return rows_of(nl, NETLINK_ADDRESSES, ifindex, ret_n);
}

const struct route *netlink_set_routes_of(const struct netlink *nl, int ifindex, size_t *ret_n)
{
	return rows_of(nl, NETLINK_SET_ROUTES, ifindex, ret_n);
}

int netlink_remove_link(struct netlink *nl, int ifindex)
{
	struct table *links = &nl->tables[NETLINK_LINKS];
	struct table *addresses = &nl->tables[NETLINK_ADDRESSES];
	const struct link *link = netlink_link_by_index(nl, ifindex);
	size_t n;
	const struct address *held = netlink_addresses_of(nl, ifindex, &n);

	if (held)
		remove_rows(
			NETLINK_ADDRESSES, addresses, held - (struct address *)addresses->rows, n);
	if (link)
		remove_rows(NETLINK_LINKS, links, link - (struct link *)links->rows, 1);
	return link || held;
}

int netlink_remove_address(struct netlink *nl, const struct address *address)
{
	struct table *table = &nl->tables[NETLINK_ADDRESSES];
	bool found;
	size_t i = find_address(table, address, &found);

	remove_rows(NETLINK_ADDRESSES, table, i, found);
	return found;
}

bool netlink_routes_use(const struct netlink *nl, enum netlink_kind kind, int ifindex)
{
	size_t n;

	return rows_of(nl, kind, ifindex, &n);
}

const struct link *netlink_links(const struct netlink *nl, size_t *ret_n)
{
	*ret_n = nl->tables[NETLINK_LINKS].n;
	return nl->tables[NETLINK_LINKS].rows;
}

const struct address *netlink_addresses(const struct netlink *nl, size_t *ret_n)
{
	*ret_n = nl->tables[NETLINK_ADDRESSES].n;
	return nl->tables[NETLINK_ADDRESSES].rows;
}

const struct default_route *netlink_default_routes(const struct netlink *nl, size_t *ret_n)
{
	*ret_n = nl->tables[NETLINK_ROUTES].n;
	return nl->tables[NETLINK_ROUTES].rows;
}

const struct route *netlink_set_routes(const struct netlink *nl, size_t *ret_n)
{
	*ret_n = nl->tables[NETLINK_SET_ROUTES].n;
	return nl->tables[NETLINK_SET_ROUTES].rows;
}

const struct link *netlink_link_by_index(const struct netlink *nl, int ifindex)
{
	const struct table *table = &nl->tables[NETLINK_LINKS];
	size_t i = find_place(NETLINK_LINKS, table, &(struct link){ .ifindex = ifindex });
	const struct link *link = i < table->n ? row_at(NETLINK_LINKS, table, i) : NULL;

	return link && link->ifindex == ifindex ? link : NULL;
}

const struct link *netlink_link_by_name(const struct netlink *nl, const char *name)
{
	size_t n;
	const struct link *links = netlink_links(nl, &n);

	for (size_t i = 0; i < n; i++)
		if (streq(links[i].name, name))
			return &links[i];
	return NULL;
}
