/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lines that the kept settings (settings.h) and networkd's files (netfile.h) have in common. */

#include <stdio.h>

#include "netconf.h"

/* DNS=, Domains= and NTP=. */
void netconf_write_servers(FILE *f, const struct net_config *config);

/* A [Route] section for each route besides the default one. */
void netconf_write_routes(FILE *f, const struct net_config *config);
