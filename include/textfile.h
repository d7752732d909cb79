/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Small text files, read whole and composed in memory. */

#include <stddef.h>
#include <stdio.h>

#define TEXTFILE_MAX (64 * 1024)

/* The contents of root + path. /dev/null, which stands for "removed" in systemd's directories,
 * reads as empty. -ENOENT: not there; -EINVAL: neither a regular file nor /dev/null, or with a NUL
 * in it; -EFBIG: longer than TEXTFILE_MAX; -ENOMEM and what open(2) and read(2) say. Caller frees.
 */
int textfile_read(const char *root, const char *path, char **ret);

/* What is left to read from fd. -EFBIG: more than max bytes; -EINVAL: a NUL in it; -ENOMEM and what
 * read(2) says. Caller frees. */
int textfile_read_fd(int fd, size_t max, char **ret);

/* The text that write(f, what) puts into f. -ENOMEM. Caller frees. */
int textfile_compose(void (*write)(FILE *f, const void *what), const void *what, char **ret);
