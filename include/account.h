/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <stdbool.h>

#include "problem.h"

/* What shadow(5) knows of an account's password. */

#define ACCOUNT_MARK_SIZE 160

/* Can user log in with a password: is there a hash that crypt(3) could match? Then *ret tells this
 * password from others: how it is hashed and with which salt, nothing of what comes out. 0: no, and
 * ret is ""; -errno: it cannot be read. */
int account_mark(const char *root, const char *user, char ret[static ACCOUNT_MARK_SIZE]);

/* Is it a hash of a kind that is safe today (answers_check_hash()), and that crypt(3) here makes?
 */
bool account_check_hash(const char *hash, struct problem *problem);
