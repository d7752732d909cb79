/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Files that are whole: the old text or the new one, whenever the power goes.
 *
 * Every path is below root ("" for the machine itself), and no symbolic link below root is
 * followed, not even for the folders on the way.
 */

#include <stddef.h>
#include <sys/types.h>

/* Replace path by text: a temporary file in the same directory, fsync, rename, fsync of the
 * directory. Missing directories are made, 0755. Negative errno; on failure the old file stands and
 * no temporary file is left. */
int atomic_write(const char *root, const char *path, const char *text, mode_t mode);

/* Remove path the same way; no file is no error. */
int atomic_remove(const char *root, const char *path);

/* A descriptor of the regular file at path, to read. -ENOENT, -ELOOP, -EINVAL (no regular file).
 * Caller closes. */
int file_open(const char *root, const char *path);

/* The text of path, at most max bytes. -ENOENT, -EFBIG, -EINVAL (holds a NUL byte, is no regular
 * file). Caller frees. */
int file_read(const char *root, const char *path, size_t max, char **ret);
