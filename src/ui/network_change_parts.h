/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Between network_change.c, which tries a change, and network_change_end.c, which ends it. */

#include "network_change.h"

/* Wait for the answer to a call that started so, with the steps on the screen. */
void network_change_wait(struct network_change *change, int started);

/* Prove what was tried, and let whoever is there answer what the proofs leave open. True: the
 * settings are kept; else the reply says why they are not. */
bool network_change_decide(struct network_change *change);
