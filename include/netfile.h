/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* systemd.network(5) files of ours, as text. */

#include "netconf.h"

/* The text of the .network file that makes networkd do what config says. config must have passed
 * validate_net_config(). Made of binary values and checked names only, so that nothing in it can
 * start a line of its own. Caller frees. -ENOMEM. */
int netfile_render(const struct net_config *config, char **ret);

/* Read back what netfile_render() wrote. -EINVAL: not such a file (another hand has been at it). */
int netfile_parse(const char *text, struct net_config *ret);
