/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A profile of ours as a file that NetworkManager reads when it starts (nm-settings-keyfile(5)). */

#include "nm_profile.h"

#define NM_KEYFILE_DIR	     "/etc/NetworkManager/system-connections"
#define NM_KEYFILE_PATH_SIZE 128

/* Where NetworkManager keeps the profile of a link. */
const char *nm_keyfile_path(const char *ifname, char ret[static NM_KEYFILE_PATH_SIZE]);

/* The text of such a file: what NetworkManager makes of it is what it would make of the same
 * settings from the bus. -EINVAL: a value that could begin a line or a further value; -ENOMEM.
 * Caller frees. */
int nm_keyfile_render(const struct nm_settings *settings, char **ret);
