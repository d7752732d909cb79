/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * A public key of SSH, as in a .pub file and in authorized_keys (sshd(8), "AUTHORIZED_KEYS FILE
 * FORMAT"; RFC 4253 section 6.6, RFC 5656, RFC 8709): its kind, the key in base64, a comment.
 */

#include <stdbool.h>
#include <stddef.h>

#include "problem.h"

/* A line with its end; RSA of 8192 bits has 1400 characters. */
#define LOGIN_KEY_MAX 2048

/* Does line hold one key, without options before it, of a kind and size that is safe today:
 * Ed25519, ECDSA, RSA of 2048 to 8192 bits, and the first two on a security key? Then ret is
 * "KIND KEY", or "KIND KEY COMMENT" of printable characters. */
bool login_key_check(const char *line, char ret[static LOGIN_KEY_MAX], struct problem *problem);

/* Does a line of authorized_keys let somebody have a login with a key of any such kind? Then ret is
 * "KIND KEY". Options may stand before it, but not one that has sshd(8) run a command in place of
 * the login. */
bool login_key_find(const char *line, char ret[static LOGIN_KEY_MAX]);
