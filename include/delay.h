/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The delay after wrong passwords, kept in the state directory: neither the end of firstbootd nor
 * that of the machine makes a try come sooner. Times are of CLOCK_BOOTTIME, and of one boot; in
 * another one the whole delay counts from its beginning, so that no clock that can be set is asked.
 */

#include <stdint.h>

#include "auth.h"

/* Take up failures and not_before. A file that cannot be understood counts as the longest delay. */
void delay_load(const char *root, uint64_t now, struct auth *auth);

/* Keep them; none is kept where there are no failures. Negative errno: not kept. */
int delay_save(const char *root, const struct auth *auth);
