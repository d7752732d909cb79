/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The host keys of ssh as `ssh-keygen -lf` prints them. */

#include <stddef.h>

#include "prober.h"

/* One line of a public key file (sshd(8), RFC 4253 section 6.6): "ssh-ed25519 AAAA... root@host".
 * -EBADMSG: it is none. */
int host_key_parse(const char *line, struct host_key *ret);

/* Those in /etc/ssh/ssh_host_*_key.pub, ED25519 first, then ECDSA, then RSA; files that are no
 * plain small ones or hold no key are passed over. Returns how many, -errno. */
int host_keys_read(struct host_key ret[static PROBER_KEYS_MAX]);
