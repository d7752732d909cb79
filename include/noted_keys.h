/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Public keys that were shown, by boot: what a key was when an earlier boot showed it last is what
 * it is compared with for the whole of this boot. Kept in the state directory.
 */

#include <stdbool.h>
#include <stddef.h>

#define NOTED_KEYS_MAX 12

struct noted_key {
	char what[32];	 /* "tls", "ssh ED25519", ... */
	char digest[96]; /* the text that is shown */
};

/* Are both texts such as may be noted: printable ASCII, something, and what without "="? */
bool noted_key_is_valid(const struct noted_key *key);

/* Note n valid keys; ret_changed[i] is whether keys[i] is another than in the last earlier boot
 * that noted one of that name. What cannot be read counts as nothing noted. Negative errno: not
 * written. */
int noted_keys_note(const char *root, const struct noted_key *keys, size_t n, bool *ret_changed);
