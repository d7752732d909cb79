/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The way to a file of ours: the folder that it is in, which stays the same one whatever is renamed
 * meanwhile.
 *
 * No symbolic link below root is followed, by openat2(2); where that cannot help (a folder is
 * missing, or the kernel is older than 5.6), by entering one folder after the other. Files that
 * others have put there, links as well, are opened by rooted.h.
 */

#include <sys/types.h>

/* Open the folder that holds path, below root ("" for the machine itself). make: the mode of that
 * folder where it is missing (those on the way get 0755), with the owner of the one that it is in;
 * 0: it is not made. *ret_name is the last component of path. -ENOENT, -ELOOP or -ENOTDIR (a link
 * or no folder is on the way), -EINVAL (path has ".." or no name at its end), -ENOMEM. Caller
 * closes *ret_fd and frees *ret_name. */
int parent_folder_open(
	const char *root, const char *path, mode_t make, int *ret_fd, char **ret_name);
