/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What firstbootd, which has no IP sockets, cannot prove of a change: that name servers and the web
 * interface answer. */

#include "network_change.h"

/* Note whether the web interface answers before anything is changed. */
void network_proof_begin(struct network_change *change);

/* firstbootd goes on without an address that has not come, or a gateway that there is not: is there
 * what its next step would make us say? */
bool network_proof_addresses(const struct network_change *change);
bool network_proof_has_gateway(const struct network_change *change);

/* Ask all of them. change->remark gets what is not well but no reason to doubt, change->doubt what
 * is one. */
void network_proof_run(struct network_change *change);
