/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Small text files, read whole and composed in memory. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define TEXTFILE_MAX (64 * 1024)

/* The contents of path below root, links followed as rooted.h has it. /dev/null, which stands for
 * "removed" in systemd's directories, reads as empty. -ENOENT: not there; -EINVAL: neither a
 * regular file nor /dev/null, or with a NUL in it; -EFBIG: longer than TEXTFILE_MAX; -ENOMEM and
 * what open(2) and read(2) say. Caller frees.
 */
int textfile_read(const char *root, const char *path, char **ret);

/* What is left to read from fd. -EFBIG: more than max bytes; -EINVAL: a NUL in it; -ENOMEM and what
 * read(2) says. Caller frees. */
int textfile_read_fd(int fd, size_t max, char **ret);

/* The text that write(f, what) puts into f. -ENOMEM. Caller frees. */
int textfile_compose(void (*write)(FILE *f, const void *what), const void *what, char **ret);

/* Write a line "KEY=VALUE"; what could end a line or hide in one becomes "?". */
void textfile_put(FILE *f, const char *key, const char *value);

/* Read such a line at *cursor, which moves behind it. -EINVAL: another key, or a value of size
 * bytes or more. */
int textfile_take(const char **cursor, const char *key, size_t size, char *ret);

/* Likewise, a decimal number. */
int textfile_take_number(const char **cursor, const char *key, uint64_t *ret);
