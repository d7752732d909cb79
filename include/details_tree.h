/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The order in which links are told: what a customer cares for first, and below each link what
 * sits on it: the ports of a bond or bridge, the VLANs of a card. */

#include <stdbool.h>

#include "app.h"

struct details_node {
	int ifindex;
	unsigned depth;
	bool containers; /* link_is_containers() */
};

/* All links, those of containers last. Caller frees. -ENOMEM. */
int details_tree(const struct app *app, struct details_node **ret, size_t *ret_n);
