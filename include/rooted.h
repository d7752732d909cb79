/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Files below a root as others have put them there, links as well: they lead to where they would if
 * the machine below that root ran, and never out of it (openat2(2); before Linux 5.6, as long as
 * nobody changes links meanwhile). "" is the machine that does run. What is ours is opened by
 * atomic_file.h, which follows no link at all. */

#include <stdbool.h>
#include <sys/stat.h>

/* A descriptor of what is at path, as open(2) with these flags gives it; never waits for the other
 * end of a FIFO. -errno. Caller closes. */
int rooted_open(const char *root, const char *path, int flags);

/* The S_IFMT bits of what is at path. -ENOENT. */
int rooted_type(const char *root, const char *path);

/* What is at path itself, a link where it is one. -ENOENT. */
int rooted_stat(const char *root, const char *path, struct stat *ret);

/* May others write it than the owner of the tree, who is root? */
bool rooted_is_open(const char *root, const struct stat *st);

/* Likewise, a file at path or its folder; false where there is none. */
bool rooted_is_anybodys(const char *root, const char *path);
