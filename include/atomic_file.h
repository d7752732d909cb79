/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Files that are whole: the old text or the new one, whenever the power goes.
 *
 * Every path is below root ("" for the machine itself), and no symbolic link below root is
 * followed, not even for the folders on the way (parent_folder.h).
 */

#include <stddef.h>
#include <sys/types.h>

/* Replace path by text: a temporary file in the same directory, fsync, rename, fsync of the
 * directory. Missing directories are made, 0755. Negative errno; on failure the old file stands and
 * no temporary file is left. The new file has the SELinux label of the old one, and below a root
 * its owner, else that of its folder. */
int atomic_write(const char *root, const char *path, const char *text, mode_t mode);

/* Likewise for a file that is there already: the new one has its owner, group and mode. -ENOENT. */
int atomic_replace(const char *root, const char *path, const char *text);

/* Remove path the same way; no file is no error. */
int atomic_remove(const char *root, const char *path);

/* Give path another name in the same folder, on the disk when this returns. -ENOENT. */
int atomic_rename(const char *root, const char *path, const char *name);

/* Remove what atomic_write() left in folder when it was cut off: temporary files for names that
 * begin with prefix. No folder is no error. */
int atomic_sweep(const char *root, const char *folder, const char *prefix);

/* Told of each name in a folder; dir is open on it. Negative ends the walk. */
typedef int (*folder_visit_fn)(int dir, const char *name, void *userdata);

/* Walk through a folder, without "." and "..". No folder is no error. */
int folder_walk(const char *root, const char *folder, folder_visit_fn visit, void *userdata);

/* Put a symbolic link to target in the place of path the same way. */
int atomic_link(const char *root, const char *path, const char *target);

/* Where the symbolic link at path leads. -EINVAL: it is none; -ENAMETOOLONG. */
int file_link(const char *root, const char *path, size_t size, char *ret);

/* A descriptor of the regular file at path, to read. -ENOENT, -ELOOP, -EINVAL (no regular file).
 * Caller closes. */
int file_open(const char *root, const char *path);

/* Make path where it is missing, and lock it as lckpwdf(3) does, without waiting: -EAGAIN. The lock
 * is held until the descriptor is closed. */
int file_lock(const char *root, const char *path);

/* The text of path, at most max bytes. -ENOENT, -EFBIG, -EINVAL (holds a NUL byte, is no regular
 * file). Caller frees. */
int file_read(const char *root, const char *path, size_t max, char **ret);
