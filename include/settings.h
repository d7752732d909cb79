/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A set of network settings as text: INI in the vocabulary of systemd.network(5), one [Link]
 * section a link followed by its others. What the journal and the history keep. */

#include "netconf.h"

/* Where those that are kept stand. */
#define SETTINGS_PATH STATEDIR "/network"

/* set must have passed validate_net_set(). Caller frees. -ENOMEM, -EINVAL: a name that could begin
 * a line of its own. */
int settings_render(const struct net_set *set, char **ret);

/* Read back what settings_render() wrote: the very same set, or -EINVAL. *ret is whole only on
 * success. */
int settings_parse(const char *text, struct net_set *ret);
