/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The SSH keys that root may log in with: authorized_keys and authorized_keys2 below /root/.ssh, as
 * sshd(8) takes them by its defaults. A file counts when sshd would read it: its owner is root, and
 * nobody else may write it nor the folders on the way (StrictModes=).
 */

#include "login_key.h"

#define ROOT_KEYS_MAX 64

/* Told of each key, "KIND KEY". Negative ends the walk. */
typedef int (*root_keys_fn)(const char *key, void *userdata);

/* Walk through the first ROOT_KEYS_MAX of them. -errno: they cannot be read. */
int root_keys_walk(const char *root, root_keys_fn found, void *userdata);

/* Let root log in with this key as well, as login_key_check() has written it. 0: nothing was done,
 * as it is there already; 1: it was added. The folder is 0700 and the file 0600 afterwards, with
 * the old lines kept. */
int root_keys_add(const char *root, const char *key);
