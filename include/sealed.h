/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Memory files that nobody can change any more (SECRET_SEALS of names.h): how a secret or a report
 * crosses from one process to another. */

#include <stdbool.h>
#include <stddef.h>

/* A memfd of this name with these bytes, sealed. -errno: there is none. Caller closes. */
int sealed_memfd(const char *name, const char *bytes, size_t length);

/* Is fd such a one? Then *ret_size is how much is in it. */
bool sealed_check(int fd, size_t *ret_size);
