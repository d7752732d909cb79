/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The inside of netproof.h: one link against the kernel's tables, as they are now. */

#include "netlink.h"
#include "netproof.h"

struct netproof_verdict {
	struct netproof_result worst;
	bool final; /* waiting will not mend it */
};

/* Judge a link of the wanted set; old: its settings before, NULL for none of ours. The tables of
 * addresses, links and set routes must have been read. patient: what may never come (an address
 * where the other family has one, a cable) is still waited for. */
void netproof_judge(const struct netlink *nl, const struct net_config *old,
	const struct net_config *config, bool patient, struct netproof_verdict *ret);

/* Judge a link that only the old set had: a device made for it must be gone. */
void netproof_judge_removed(
	const struct netlink *nl, const struct net_config *old, struct netproof_verdict *ret);
