/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Files below a folder of the target's own, for parsers that open them themselves. */

#include <fcntl.h>
#include <sys/stat.h>

#include "fuzz.h"

static char fuzz_tree[256];

/* Make the folders of path below the tree, which is made first. */
static inline const char *fuzz_tree_path(const char *path)
{
	static char full[512];
	const char *tmp = getenv("TMPDIR");

	if (!*fuzz_tree) {
		(void)snprintf(fuzz_tree, sizeof(fuzz_tree), "%s/fuzz-XXXXXX", tmp ? tmp : "/tmp");
		fuzz_assert(mkdtemp(fuzz_tree));
	}
	(void)snprintf(full, sizeof(full), "%s%s", fuzz_tree, path);
	for (char *p = full + strlen(fuzz_tree) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		(void)mkdir(full, 0755);
		*p = '/';
	}
	return full;
}

/* Write a file. */
static inline void fuzz_tree_write(const char *path, const void *bytes, size_t size)
{
	int fd = open(fuzz_tree_path(path), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	fuzz_assert(fd >= 0);
	fuzz_assert(write(fd, bytes, size) == (ssize_t)size);
	close(fd);
}
