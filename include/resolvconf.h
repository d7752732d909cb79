/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* /etc/resolv.conf for machines where no systemd-resolved stands behind DNS=. */

#include "netconf.h"

/* The first line, by which the file is known as ours. */
#define RESOLVCONF_HEAD                                                                            \
	"# Written by firstboot; what is changed here is lost when settings are saved again.\n"

/* resolv.conf(5) text with the servers and search domains of config (the C library reads the first
 * three servers). zones: the interface that each server is reached by, or NULL; a link-local one
 * is left out without it. Caller frees. -ENOMEM. */
int resolvconf_render(const struct net_config *config, char (*zones)[IFNAMSIZ], char **ret);
