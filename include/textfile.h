/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Small text files, read whole. */

#define TEXTFILE_MAX (64 * 1024)

/* The contents of root + path. /dev/null, which stands for "removed" in systemd's directories,
 * reads as empty. -ENOENT: not there; -EINVAL: neither a regular file nor /dev/null, or with a NUL
 * in it; -EFBIG: longer than TEXTFILE_MAX; -ENOMEM and what open(2) and read(2) say. Caller frees.
 */
int textfile_read(const char *root, const char *path, char **ret);
