/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report_store.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

#include "atomic_file.h"
#include "util.h"

#define NAME_SIZE  40
#define NAMES_MAX  64 /* more files than that are another hand's */
#define SAME_MAX   99 /* reports of one second */
#define PREFIX	   "report-"
#define SUFFIX	   ".txt"
#define STAMP_SIZE 17 /* "20261122T140205Z" and NUL */

struct names {
	char names[NAMES_MAX][NAME_SIZE];
	size_t n;
};

/* Take a file whose name is one of ours. */
static int take_name(int dir, const char *name, void *userdata)
{
	struct names *names = userdata;
	size_t length = strlen(name);

	if (strncmp(name, PREFIX, strlen(PREFIX)) == 0 && length > strlen(SUFFIX) &&
		streq(name + length - strlen(SUFFIX), SUFFIX) && length < NAME_SIZE &&
		names->n < NAMES_MAX)
		memcpy(names->names[names->n++], name, length + 1);
	return 0;
}

/* The later name first. */
static int compare_names(const void *a, const void *b)
{
	return strcmp(b, a);
}

/* Remove all but the last ones; the new one stays although the clock may have gone back. */
static void prune(const char *root, const char *kept)
{
	struct names names = { .n = 0 };
	char path[REPORT_PATH_SIZE];
	size_t n_others = 0;

	if (folder_walk(root, REPORTS_DIR, take_name, &names) < 0)
		return;
	qsort(names.names, names.n, sizeof(names.names[0]), compare_names);
	for (size_t i = 0; i < names.n; i++) {
		(void)snprintf(path, sizeof(path), REPORTS_DIR "/%s", names.names[i]);
		/* Should one of the old ones stay, the next report removes it. */
		if (!streq(path, kept) && ++n_others >= REPORTS_MAX)
			(void)atomic_remove(root, path);
	}
}

/* Is there such a file? */
static bool exists(const char *root, const char *path)
{
	_cleanup_close_ int fd = file_open(root, path);

	return fd != -ENOENT;
}

/* A name behind those that there are, also within one second: the oldest may have gone. */
static int find_name(const char *root, uint64_t when, char ret_path[static REPORT_PATH_SIZE])
{
	time_t seconds = (time_t)(when / 1000000);
	char stamp[STAMP_SIZE], free_path[REPORT_PATH_SIZE] = "";
	struct tm utc;

	if (!gmtime_r(&seconds, &utc) ||
		strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc) == 0)
		return -EOVERFLOW;
	for (int i = SAME_MAX; i >= 1; i--) {
		(void)snprintf(ret_path, REPORT_PATH_SIZE, REPORTS_DIR "/" PREFIX "%s_%02d" SUFFIX,
			stamp, i);
		if (exists(root, ret_path))
			break;
		memcpy(free_path, ret_path, sizeof(free_path));
	}
	memcpy(ret_path, free_path, sizeof(free_path));
	return *free_path ? 0 : -EEXIST;
}

int report_store(
	const char *root, uint64_t when, const char *text, char ret_path[static REPORT_PATH_SIZE])
{
	int r = find_name(root, when, ret_path);

	if (r >= 0)
		r = atomic_write(root, ret_path, text, 0600);
	if (r >= 0)
		prune(root, ret_path);
	return r;
}
