/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "validate.h"

/* Is a config right where its link is the only one? */
static inline bool validate_alone(const struct net_config *config, struct problem *ret)
{
	static struct net_set set;

	set.n_links = 1;
	set.links[0] = *config;
	return validate_net_set(&set, ret);
}
