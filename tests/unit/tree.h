/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A small machine to test on: files below a folder of its own. */

#include <errno.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "test.h"

static char tree[] = "/tmp/firstboot-tree-XXXXXX";

/* path below the tree, with the folders that lead to it. */
static const char *tree_path(const char *path)
{
	static char full[512];

	(void)snprintf(full, sizeof(full), "%s%s", tree, path);
	for (char *p = full + strlen(tree) + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		if (mkdir(full, 0755) < 0 && errno != EEXIST)
			test_fail("mkdir %s: %s", full, strerror(errno));
		*p = '/';
	}
	return full;
}

/* Write a file of this mode. */
static inline void tree_write_mode(const char *path, const char *text, mode_t mode)
{
	const char *full = tree_path(path);
	FILE *f = fopen(full, "w");

	if (!f || fputs(text, f) < 0 || fclose(f) != 0 || chmod(full, mode) < 0)
		test_fail("%s: %s", path, strerror(errno));
}

static inline void tree_write(const char *path, const char *text)
{
	tree_write_mode(path, text, 0644);
}

/* Make a symbolic link. */
static inline void tree_link(const char *path, const char *target)
{
	if (symlink(target, tree_path(path)) < 0)
		test_fail("%s: %s", path, strerror(errno));
}

/* The text of a file, "(none)" where there is none. Freed by the next call. */
static inline const char *tree_read(const char *path)
{
	static char *text;
	size_t size;
	char full[512];
	FILE *f, *out;

	free(text);
	text = NULL;
	(void)snprintf(full, sizeof(full), "%s%s", tree, path);
	f = fopen(full, "r");
	if (!f)
		return "(none)";
	out = open_memstream(&text, &size);
	for (int c; out && (c = fgetc(f)) != EOF;)
		fputc(c, out);
	fclose(f);
	if (!out || fclose(out) != 0)
		abort();
	return text;
}

static inline int tree_remove_one(
	const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	return remove(path);
}

/* Make the tree, or make it empty. */
static inline void tree_clear(void)
{
	if (strstr(tree, "XXXXXX") ? !mkdtemp(tree)
				   : nftw(tree, tree_remove_one, 8, FTW_DEPTH | FTW_PHYS) < 0 ||
					     mkdir(tree, 0700) < 0) {
		perror(tree);
		exit(1);
	}
}

/* Leave nothing behind. */
static inline void tree_done(void)
{
	(void)nftw(tree, tree_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}
