/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A hash of crypt(5) in the place of a password. The lock of /etc/shadow (lckpwdf(3)) may be
 * another's for seconds, so that a child waits for it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

/* Have user's password be the one that hash is of, as from today; everything else in shadow(5)
 * stays as it is. 1: it is; 0: it was so already, and nothing was written; -errno: nothing was
 * changed. -ENOENT: there is no such account. */
int password_hash_write(const char *root, const char *user, const char *hash);

/* r is what password_hash_write() says; -EIO: the child has ended without a word. */
typedef void (*password_hash_fn)(int r, void *userdata);

/* The same for this machine, by a child; hash (length bytes) is borrowed while this runs. Negative
 * errno: not started. */
int password_hash_start(sd_event *event, const char *user, const char *hash, size_t length,
	password_hash_fn done, void *userdata);
