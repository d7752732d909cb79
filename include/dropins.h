/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Drop-in files by systemd's rules (systemd.unit(5)): those of several directories in the order of
 * their names; a file in an earlier directory hides those of the same name in the later ones. */

#include <stddef.h>

#define DROPINS_MAX 256

struct dropins {
	char *paths[DROPINS_MAX]; /* without root; owned */
	size_t n;
};

/* Told of a directory that cannot be read (why: errno), or that holds more than DROPINS_MAX (why
 * 0). A directory that is not there is no trouble. */
typedef void (*dropins_complain_fn)(const char *dir, int why, void *userdata);

/* The files whose names end in suffix (".conf") in dirs (NULL at the end; the first counts most)
 * below root. complain may be NULL. Initialises *ret, which is done with dropins_done() also after
 * an error. -ENOMEM. */
int dropins_find(const char *root, const char *const *dirs, const char *suffix,
	dropins_complain_fn complain, void *userdata, struct dropins *ret);

void dropins_done(struct dropins *dropins);
