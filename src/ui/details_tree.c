/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "details_tree.h"

#include <errno.h>
#include <limits.h>

#include "util.h"

#define NONE	  SIZE_MAX
#define DEPTH_MAX 8

/* A link, and those that stand below it. */
struct twig {
	const struct link *link;
	unsigned rank; /* the smaller the earlier, among those without a parent */
	size_t parent, child, next;
	bool told, containers;
};

struct tree {
	const struct app *app;
	struct twig *twigs;
	size_t n;
	struct details_node *nodes;
	size_t n_nodes;
};

/* The place of a link in the kernel's table, which is that of its twig. */
static size_t find_twig(const struct tree *tree, int ifindex)
{
	const struct link *link = ifindex ? netlink_link_by_index(tree->app->nl, ifindex) : NULL;

	return link ? (size_t)(link - tree->twigs[0].link) : NONE;
}

/* What it is a port of, else what it sits on. */
static size_t find_parent(const struct tree *tree, const struct link *link)
{
	size_t master = find_twig(tree, link->master);

	if (master == NONE || streq(tree->twigs[master].link->kind, "vrf"))
		return find_twig(tree, link->lower);
	return master;
}

/* Links with a default route first, by its metric; then a customer's other ones, those with a cable
 * first; then the rest. */
static unsigned find_rank(const struct app *app, const struct link *link)
{
	const struct default_route *routes;
	unsigned rank = UINT_MAX;
	size_t n;

	routes = netlink_default_routes(app->nl, &n);
	for (size_t i = 0; i < n; i++)
		if (routes[i].ifindex == link->ifindex && routes[i].metric < rank)
			rank = routes[i].metric;
	if (rank < UINT_MAX - 3)
		return rank;
	if (!link_is_customers(app->nl, link))
		return UINT_MAX;
	return UINT_MAX - (link->flags & IFF_LOWER_UP ? 2 : 1);
}

/* Twigs with their parents; then the children of each, in the order of the table. */
static void grow(struct tree *tree, const struct link *links)
{
	for (size_t i = 0; i < tree->n; i++)
		tree->twigs[i] = (struct twig){
			.link = &links[i],
			.child = NONE,
			.next = NONE,
			.containers = link_is_containers(tree->app->nl, &links[i]),
			.rank = find_rank(tree->app, &links[i]),
		};
	for (size_t i = tree->n; i-- > 0;) {
		struct twig *twig = &tree->twigs[i];

		twig->parent = find_parent(tree, twig->link);
		if (twig->parent == NONE || twig->parent == i ||
			tree->twigs[twig->parent].containers != twig->containers) {
			twig->parent = NONE;
			continue;
		}
		twig->next = tree->twigs[twig->parent].child;
		tree->twigs[twig->parent].child = i;
	}
}

/* A link and what is below it. */
static void tell(struct tree *tree, size_t at, unsigned depth)
{
	struct twig *twig = &tree->twigs[at];

	if (twig->told || depth > DEPTH_MAX)
		return;
	twig->told = true;
	tree->nodes[tree->n_nodes++] =
		(struct details_node){ twig->link->ifindex, depth, twig->containers };
	for (size_t child = twig->child; child != NONE; child = tree->twigs[child].next)
		tell(tree, child, depth + 1);
}

/* The smallest rank that is larger than before; false: there is none. */
static bool next_rank(const struct tree *tree, bool any, unsigned before, unsigned *ret)
{
	bool found = false;

	for (size_t i = 0; i < tree->n; i++) {
		unsigned rank = tree->twigs[i].rank;

		if (tree->twigs[i].parent != NONE || (!any && rank <= before) ||
			(found && rank >= *ret))
			continue;
		*ret = rank;
		found = true;
	}
	return found;
}

/* Everything of one sort: rank by rank, of which there are few. What hangs together in a circle
 * has no beginning, and comes last. */
static void tell_sort(struct tree *tree, bool containers)
{
	unsigned rank = 0, next = 0;

	for (bool any = true; next_rank(tree, any, rank, &next); any = false) {
		rank = next;
		for (size_t i = 0; i < tree->n; i++)
			if (tree->twigs[i].parent == NONE && tree->twigs[i].rank == rank &&
				tree->twigs[i].containers == containers)
				tell(tree, i, 0);
	}
	for (size_t i = 0; i < tree->n; i++)
		if (tree->twigs[i].containers == containers)
			tell(tree, i, 0);
}

int details_tree(const struct app *app, struct details_node **ret, size_t *ret_n)
{
	struct tree tree = { .app = app };
	const struct link *links = netlink_links(app->nl, &tree.n);

	tree.twigs = calloc(tree.n + 1, sizeof(*tree.twigs));
	tree.nodes = calloc(tree.n + 1, sizeof(*tree.nodes));
	if (!tree.twigs || !tree.nodes) {
		free(tree.twigs);
		free(tree.nodes);
		return -ENOMEM;
	}
	grow(&tree, links);
	tell_sort(&tree, false);
	tell_sort(&tree, true);
	free(tree.twigs);
	*ret = tree.nodes;
	*ret_n = tree.n_nodes;
	return 0;
}
