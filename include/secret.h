/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A password while it is typed, and what is made of it: pages of its own, locked into memory, out
 * of core dumps, not inherited by a fork, cleared on every way out. */

#include <stddef.h>

#include "names.h"

struct secret {
	char *bytes;	     /* size bytes of a mapping of its own; NULL: there is none */
	size_t length, size; /* length: of what is in it */
};

/* For a password: SECRET_MAX bytes and a NUL. -errno: there is no such memory. */
int secret_init(struct secret *secret);

/* For size bytes. */
int secret_init_size(struct secret *secret, size_t size);

/* Put this into a secret, which is all zeros or has room for a password. -errno likewise, and it is
 * as it was. */
int secret_copy(struct secret *secret, const char *bytes, size_t length);

void secret_clear(struct secret *secret);
void secret_done(struct secret *secret);

/* Read what is in such a memfd. -EINVAL: it is empty or too long for a secret. */
int secret_from_memfd(struct secret *secret, int fd);

/* A sealed memfd (sealed.h) of the secret's bytes, to be sent. Caller closes. */
int secret_to_memfd(const struct secret *secret);
