/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Files that say how the network shall be. */

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "redact.h"
#include "report_parts.h"
#include "safe_text.h"
#include "textfile.h"
#include "util.h"

#define FILES_SIZE_MAX (96 * 1024) /* of all together */
#define FILES_MAX      64	   /* of one folder */

/* Files, and folders whose files count. */
static const char *const places[] = {
	"/etc/firstboot",
	"/etc/firstboot/firstboot.conf.d",
	"/etc/resolv.conf",
	"/etc/hosts",
	"/run/systemd/network",
	"/etc/systemd/network",
	"/etc/systemd/resolved.conf",
	"/etc/systemd/timesyncd.conf",
	"/etc/NetworkManager/NetworkManager.conf",
	"/etc/NetworkManager/conf.d",
	"/etc/NetworkManager/system-connections",
	"/run/NetworkManager/system-connections",
	"/etc/netplan",
	"/run/netplan",
	"/etc/network/interfaces",
	"/etc/network/interfaces.d",
};

/* May everybody read it? Root may read more, and must not hand that on. One that is not there is
 * left to who reads it. */
static bool is_public(const char *path)
{
	struct stat st;

	return stat(path, &st) < 0 || (st.st_mode & S_IROTH);
}

/* The contents without secrets: here, where the indentation of their lines tells what belongs
 * together. */
static int read_file(const char *path, char **ret)
{
	_cleanup_free_ char *text = NULL;
	int r = is_public(path) ? textfile_read("", path, &text) : -EACCES;

	return r < 0 ? r : redact(text, ret);
}

/* The contents, with a mark before each line so that none of them passes for ours. */
static void put_file(FILE *f, const char *path, size_t *left)
{
	_cleanup_free_ char *text = NULL;
	char *rest;
	int r = read_file(path, &text);

	if (r == -ENOENT || r == -EINVAL)
		return;
	draw_print(f, "%s\n", safe_text(path, 0).text);
	if (r == -EACCES) {
		draw_print(f, "  (not readable for everybody: left out)\n\n");
		return;
	}
	if (r < 0 || strlen(text) > *left) {
		draw_print(f, "  (left out: %s)\n\n",
			r < 0 ? safe_text(strerror(-r), 0).text : OURS("too much"));
		return;
	}
	*left -= strlen(text);
	for (char *at = text; *at; at++)
		if (*at == '\t' || *at == '\r')
			*at = ' ';
	rest = text;
	for (char *line = strsep(&rest, "\n"); line && (*line || rest); line = strsep(&rest, "\n"))
		draw_print(f, "  | %s\n", safe_lines(line).text);
	draw_print(f, "\n");
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* The files of a folder, sorted. False: it is none. */
static bool put_folder(FILE *f, const char *folder, size_t *left)
{
	struct dirent **entries;
	int n = scandir(folder, &entries, is_visible, alphasort);

	if (n < 0) {
		if (errno == EACCES)
			draw_print(f, "%s\n  (not readable for everybody: left out)\n\n",
				safe_text(folder, 0).text);
		return errno == EACCES;
	}
	for (int i = 0; i < n; i++) {
		char path[PATH_MAX];
		struct stat st;

		if (i < FILES_MAX &&
			snprintf(path, sizeof(path), "%s/%s", folder, entries[i]->d_name) <
				(int)sizeof(path) &&
			stat(path, &st) == 0 && S_ISREG(st.st_mode))
			put_file(f, path, left);
		free(entries[i]);
	}
	free(entries);
	return true;
}

void report_put_files(FILE *f)
{
	size_t left = FILES_SIZE_MAX;

	for (size_t i = 0; i < ARRAY_SIZE(places); i++)
		if (!put_folder(f, places[i], &left))
			put_file(f, places[i], &left);
}
