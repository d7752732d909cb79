/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A password while it is typed: one page, locked into memory, out of core dumps, not inherited by a
 * fork, cleared on every way out. */

#include <stddef.h>

#include "names.h"

struct secret {
	char *bytes; /* SECRET_MAX + 1 bytes of a mapping of its own */
	size_t length;
};

int secret_init(struct secret *secret);
void secret_clear(struct secret *secret);
void secret_done(struct secret *secret);

/* Read what is in such a memfd. -EINVAL: it is empty or too long for a secret. */
int secret_from_memfd(struct secret *secret, int fd);

/* A sealed memfd (sealed.h) of the secret's bytes, to be sent. Caller closes. */
int secret_to_memfd(const struct secret *secret);
