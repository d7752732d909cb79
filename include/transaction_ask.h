/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Questions to the cable that a change of the network settings has, before and after it. */

#include "transaction_work.h"

/* Ask on the link of config; t->judge hears of the answers. Returns 1 when it will, 0 when there is
 * nobody to ask. */
int transaction_ask(struct transaction *t, const struct net_config *config,
	enum neighbour_purpose purpose, const struct ip_addr *addrs, size_t n);

/* The fixed addresses that the link gets; room for NEIGHBOURS_MAX. */
size_t transaction_new_addresses(
	const struct transaction *t, const struct net_config *config, struct ip_addr *ret);

/* The gateways that the settings name; room for two. */
size_t transaction_gateways(const struct net_config *config, struct ip_addr *ret);

/* Refuse the change if one of the addresses is another machine's. */
int transaction_judge_rival(
	struct transaction *t, const struct asking *asking, const struct neighbour *all, size_t n);
