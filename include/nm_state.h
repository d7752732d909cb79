/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What NetworkManager knows of a link, in the terms of networkd's answer (sysstate.h). Asks only,
 * and starts no NetworkManager. */

#include "sysstate.h"

#define NM_STATE_NAME "org.freedesktop.NetworkManager"
#define NM_STATE_PATH "/org/freedesktop/NetworkManager"

/* state is NULL where NetworkManager does not run or does not manage the link. */
typedef void (*nm_state_fn)(const struct link_state *state, void *userdata);

struct nm_state;

/* A question about ifname. done comes once for each nm_state_ask(), from the event loop. */
int nm_state_new(
	sd_bus *bus, const char *ifname, nm_state_fn done, void *userdata, struct nm_state **ret);
struct nm_state *nm_state_free(struct nm_state *state);
int nm_state_ask(struct nm_state *state);

/* Is path one of the objects that the last answer was made from, or might it be the link's device
 * where there was none? */
bool nm_state_concerns(const struct nm_state *state, const char *path);
