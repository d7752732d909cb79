/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What writing and reading of settings, and writing of files, have in common. */

#include "netconf.h"

#define SETTINGS_HEADER "# Network settings of firstboot; not to be edited.\n"

#define N_SETTINGS_METHODS (NET_METHOD_DHCP + 1)
#define N_SETTINGS_KINDS   (NET_DEVICE_BOND + 1)
#define N_SETTINGS_MODES   (NET_BOND_BALANCE_ALB + 1)

/* The words for enums. */
extern const char *const settings_methods[];
extern const char *const settings_kinds[];
extern const char *const settings_modes[];

/* Does a link have nothing that could not be written: no odd name, no number without a word? */
bool settings_link_is_writable(const struct net_config *config);
