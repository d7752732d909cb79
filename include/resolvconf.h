/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* /etc/resolv.conf for machines where no systemd-resolved stands behind DNS=. */

#include "netconf.h"

/* resolv.conf(5) text with the servers and search domains of config (the C library reads the first
 * three servers). Caller frees. -ENOMEM. */
int resolvconf_render(const struct net_config *config, char **ret);
