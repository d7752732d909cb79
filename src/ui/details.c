/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "details.h"

#include <errno.h>

#include "details_seen.h"
#include "details_tree.h"
#include "i18n.h"
#include "util.h"

/* Cells by which a link stands further in than the one that it sits on. */
#define DEPTH_INDENT 2

enum block_kind { BLOCK_LINK, BLOCK_FOLDED, BLOCK_SECTION };

struct block {
	enum block_kind kind;
	int ifindex; /* BLOCK_SECTION: which of sections[] */
	unsigned depth;
	uint64_t digest; /* of what the height was made from */
	size_t height, first;
};

/* What comes after the interfaces. */
static void (*const sections[])(const struct details_sources *sources, struct fact_lines *lines) = {
	details_put_web,
	details_put_keys,
	details_put_dns,
	details_put_machine,
};

struct details {
	struct details_sources sources;
	struct app *app; /* that of sources */
	bool unfolded, changed;
	int columns;
	uint64_t links_digest; /* of what the order of the blocks was made from */
	struct block *blocks;  /* owned */
	size_t n, n_folded;
	struct fact_lines scratch, shown;
	size_t shown_first; /* the line of the text that shown begins with */
	struct details_seen seen;
};

/* -- digests: what has not changed need not be put into words again -- */

static uint64_t digest(uint64_t start, const void *data, size_t size)
{
	const safe_char *bytes = data;
	uint64_t hash = start ^ size, word;

	for (; size >= sizeof(word); size -= sizeof(word), bytes += sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = (hash ^ word) * 0x9e3779b97f4a7c15ULL;
		hash ^= hash >> 29;
	}
	for (; size > 0; size--, bytes++)
		hash = (hash ^ (unsigned char)*bytes) * 0x100000001b3ULL;
	return hash;
}

/* What the order of the blocks depends on. */
static uint64_t digest_links(const struct details *details)
{
	size_t n_links, n_routes;
	const struct link *links = netlink_links(details->app->nl, &n_links);
	const struct default_route *routes = netlink_default_routes(details->app->nl, &n_routes);
	uint64_t hash = digest(details->unfolded, links, n_links * sizeof(*links));

	return digest(hash, routes, n_routes * sizeof(*routes));
}

/* What the height of a link's block depends on while nobody looks at it. */
static uint64_t digest_block(const struct details *details, const struct block *block)
{
	const struct netlink *nl = details->app->nl;
	const struct link *link = netlink_link_by_index(nl, block->ifindex);
	size_t n_addresses, n_routes;
	const struct address *addresses = netlink_addresses_of(nl, block->ifindex, &n_addresses);
	const struct route *routes = netlink_set_routes_of(nl, block->ifindex, &n_routes);
	uint64_t hash = digest(
		(uint64_t)details->columns << 8 | block->depth, link, link ? sizeof(*link) : 0);

	hash = digest(hash, addresses, n_addresses * sizeof(*addresses));
	return digest(hash, routes, n_routes * sizeof(*routes));
}

/* -- blocks -- */

/* Put a block into words. */
static void put_block(
	struct details *details, const struct block *block, bool in_view, struct fact_lines *lines)
{
	const struct link *link;

	if (block->kind == BLOCK_SECTION) {
		sections[block->ifindex](&details->sources, lines);
		fact_lines_blank(lines);
		return;
	}
	if (block->kind == BLOCK_FOLDED) {
		fact_lines_heading(lines,
			details->unfolded ? _("Interfaces of containers: %zu")
					  : _("Interfaces of containers: %zu (c shows them)"),
			details->n_folded);
		fact_lines_blank(lines);
		return;
	}
	link = netlink_link_by_index(details->app->nl, block->ifindex);
	if (!link)
		return;
	lines->indent = DEPTH_INDENT * (int)block->depth;
	details_put_link(details->app, link,
		in_view ? details_seen_look(&details->seen, details->app, link) : NULL, lines);
	fact_lines_blank(lines);
	lines->indent = 0;
}

/* How many lines a block has that nobody looks at. */
static size_t measure(struct details *details, const struct block *block)
{
	fact_lines_begin(&details->scratch, details->columns);
	put_block(details, block, false, &details->scratch);
	return details->scratch.n;
}

/* The one of n blocks that a line is in. */
static size_t find_block(const struct block *blocks, size_t n, size_t line)
{
	size_t low = 0, high = n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (blocks[middle].first <= line)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Number the lines anew. */
static void number(struct details *details)
{
	size_t first = 0;

	for (size_t i = 0; i < details->n; i++) {
		details->blocks[i].first = first;
		first += details->blocks[i].height;
	}
}

/* The block of a link or kind, or NULL. */
static const struct block *find_same(
	const struct block *blocks, size_t n, const struct block *wanted)
{
	for (size_t i = 0; i < n; i++)
		if (blocks[i].kind == wanted->kind && blocks[i].ifindex == wanted->ifindex)
			return &blocks[i];
	return NULL;
}

/* Where a line of the blocks of before is now: in its block, else at the end of the last one before
 * it that is left. */
static size_t find_line(
	const struct details *details, const struct block *before, size_t n, size_t line)
{
	size_t at = find_block(before, n, line);

	if (line == 0 || n == 0)
		return 0;
	for (bool same = true;; same = false, at--) {
		const struct block *now = find_same(details->blocks, details->n, &before[at]);
		size_t offset = line - before[at].first;

		if (now && !same)
			return now->first + now->height;
		if (now)
			return now->first + (offset < now->height ? offset : now->height);
		if (at == 0)
			return 0;
	}
}

static int compare_blocks(const void *a, const void *b)
{
	const struct block *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->ifindex > y->ifindex) - (x->ifindex < y->ifindex);
}

/* Take over the heights that the same blocks had before; sorts those. */
static void inherit(struct block *blocks, size_t n, struct block *before, size_t n_before)
{
	if (n_before == 0)
		return;
	qsort(before, n_before, sizeof(*before), compare_blocks);
	for (size_t i = 0; i < n; i++) {
		const struct block *old =
			bsearch(&blocks[i], before, n_before, sizeof(*before), compare_blocks);

		if (!old || old->depth != blocks[i].depth)
			continue;
		blocks[i].digest = old->digest;
		blocks[i].height = old->height;
	}
}

/* The blocks in their order. */
static int order_blocks(struct details *details)
{
	_cleanup_free_ struct details_node *nodes = NULL;
	struct block *blocks;
	size_t n_nodes, n = 0;
	int r = details_tree(details->app, &nodes, &n_nodes);

	if (r < 0)
		return r;
	blocks = calloc(n_nodes + ARRAY_SIZE(sections) + 1, sizeof(*blocks));
	if (!blocks)
		return -ENOMEM;
	details->n_folded = 0;
	for (size_t i = 0; i < n_nodes; i++) {
		if (nodes[i].containers && details->n_folded++ == 0)
			blocks[n++].kind = BLOCK_FOLDED;
		if (nodes[i].containers && !details->unfolded)
			continue;
		blocks[n++] = (struct block){
			.kind = BLOCK_LINK, .ifindex = nodes[i].ifindex, .depth = nodes[i].depth
		};
	}
	for (size_t i = 0; i < ARRAY_SIZE(sections); i++)
		blocks[n++] = (struct block){ .kind = BLOCK_SECTION, .ifindex = (int)i };
	inherit(blocks, n, details->blocks, details->n);
	free(details->blocks);
	details->blocks = blocks;
	details->n = n;
	return 0;
}

/* Give a height to each block that is another than it was. */
static void measure_blocks(struct details *details)
{
	for (size_t i = 0; i < details->n; i++) {
		struct block *block = &details->blocks[i];
		uint64_t now = block->kind == BLOCK_LINK ? digest_block(details, block)
							 : block->digest + 1;

		if (block->height > 0 && block->digest == now)
			continue;
		block->digest = now;
		block->height = measure(details, block);
	}
}

/* Take in what is true now. The line *top moves with its block. */
static int build_again(struct details *details, size_t *top)
{
	size_t n = details->n;
	_cleanup_free_ struct block *before = calloc(n + 1, sizeof(*before));
	uint64_t links = digest_links(details);
	int r = 0;

	if (!before)
		return -ENOMEM;
	if (n > 0)
		memcpy(before, details->blocks, n * sizeof(*before));
	if (n == 0 || links != details->links_digest)
		r = order_blocks(details);
	if (r < 0)
		return r;
	details->links_digest = links;
	measure_blocks(details);
	number(details);
	*top = find_line(details, before, n, *top);
	return 0;
}

/* Put the blocks in view into words. True: one of them has another height than it was thought to
 * have. */
static bool show(struct details *details, const struct pager_view *view)
{
	size_t at = find_block(details->blocks, details->n, view->top);
	size_t end = view->top + (size_t)view->rows;
	bool other = false;

	fact_lines_begin(&details->shown, details->columns);
	details->shown_first = details->n ? details->blocks[at].first : 0;
	for (; at < details->n && details->shown_first + details->shown.n < end; at++) {
		struct block *block = &details->blocks[at];
		size_t before = details->shown.n;

		put_block(details, block, true, &details->shown);
		other |= details->shown.n - before != block->height;
		block->height = details->shown.n - before;
	}
	return other;
}

/* -- life -- */

int details_new(const struct details_sources *sources, struct details **ret)
{
	struct details *details = calloc(1, sizeof(*details));

	if (!details)
		return -ENOMEM;
	details->sources = *sources;
	details->app = sources->app;
	details->changed = true;
	*ret = details;
	return 0;
}

struct details *details_free(struct details *details)
{
	if (!details)
		return NULL;
	details_seen_forget(&details->seen, details->app);
	fact_lines_done(&details->scratch);
	fact_lines_done(&details->shown);
	free(details->blocks);
	free(details);
	return NULL;
}

void details_changed(struct details *details)
{
	details->changed = true;
}

void details_unfold(struct details *details, bool unfolded)
{
	details->unfolded = unfolded;
	details->changed = true;
}

size_t details_update(struct pager_view *view, void *userdata)
{
	struct details *details = userdata;

	if (details->changed || details->columns != view->columns) {
		details->columns = view->columns;
		details->changed = build_again(details, &view->top) < 0;
	}
	if (show(details, view))
		number(details);
	return details->n ? details->blocks[details->n - 1].first +
				    details->blocks[details->n - 1].height
			  : 0;
}

const safe_char *details_line(size_t index, bool *ret_heading, void *userdata)
{
	const struct details *details = userdata;
	size_t at = index - details->shown_first;

	*ret_heading = false;
	if (index < details->shown_first || at >= details->shown.n)
		return OURS("");
	return fact_lines_get(&details->shown, at, ret_heading);
}
