/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How the audit reads the files of a machine. */

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <sys/stat.h>

#include "audit_parts.h"
#include "i18n.h"
#include "rooted.h"
#include "textfile.h"

/* Longer than any of the files that are judged has a reason to be. */
#define FILE_MAX (4 * 1024 * 1024)

/* path below the root that is judged; false: too long. */
static bool full_path(const struct audit *audit, const char *path, char ret[static PATH_MAX])
{
	return snprintf(ret, PATH_MAX, "%s%s", audit->root, path) < PATH_MAX;
}

/* Open and read. -ENOENT: not there. */
static int read_file(const struct audit *audit, const char *path, char **ret)
{
	_cleanup_close_ int fd = rooted_open(audit->root, path, O_RDONLY);
	struct stat st;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	if (S_ISDIR(st.st_mode))
		return -EISDIR;
	return textfile_read_fd(fd, FILE_MAX, ret);
}

char *audit_read(struct audit *audit, const char *path)
{
	char *text = NULL;
	int r = read_file(audit, path, &text);

	if (r == -ENOMEM)
		audit->r = r;
	else if (r < 0 && r != -ENOENT && r != -ENOTDIR)
		audit_found(audit, _("%s cannot be read: %s."), path, strerror(-r));
	return r < 0 ? NULL : text;
}

bool audit_exists(const struct audit *audit, const char *path)
{
	char full[PATH_MAX];
	struct stat st;

	return full_path(audit, path, full) && lstat(full, &st) == 0;
}

bool audit_masked(const struct audit *audit, const char *path)
{
	char full[PATH_MAX], target[PATH_MAX];
	ssize_t n;

	if (!full_path(audit, path, full))
		return false;
	n = readlink(full, target, sizeof(target) - 1);
	if (n < 0)
		return false;
	target[n] = '\0';
	return streq(target, "/dev/null");
}

/* The next line of *text, cut off in place, NULL at the end. */
static char *next_line(char **text)
{
	return strsep(text, "\n");
}

char *audit_entry(struct audit *audit, const char *path, const char *name)
{
	_cleanup_free_ char *text = audit_read(audit, path);
	size_t length = strlen(name);
	char *rest = text;

	for (char *line; rest && (line = next_line(&rest));)
		if (strncmp(line, name, length) == 0 && line[length] == ':') {
			char *copy = strdup(line);

			if (!copy)
				audit->r = -ENOMEM;
			return copy;
		}
	return NULL;
}

const char *audit_field(const char *line, unsigned n, char ret[static PATH_MAX])
{
	for (; n > 0 && *line; n--)
		line += strcspn(line, ":") + (line[strcspn(line, ":")] == ':');
	(void)snprintf(ret, PATH_MAX, "%.*s", (int)strcspn(line, ":"), n > 0 ? "" : line);
	return ret;
}

bool audit_has_word(struct audit *audit, const char *path, const char *word)
{
	_cleanup_free_ char *text = audit_read(audit, path);
	char *rest = text;

	for (char *line; rest && (line = next_line(&rest));) {
		line[strcspn(line, "#")] = '\0';
		for (char *one; (one = strsep(&line, " \t,:="));)
			if (streq(one, word))
				return true;
	}
	return false;
}

void audit_lines(struct audit *audit, const char *path, audit_line_fn visit, void *userdata)
{
	_cleanup_free_ char *text = audit_read(audit, path);
	char *rest = text, *line;

	for (int n = 1; rest && (line = next_line(&rest)); n++) {
		line += strspn(line, " \t");
		if (*line && *line != '#')
			visit(audit, path, n, line, userdata);
	}
}

void audit_glob(struct audit *audit, const char *pattern, audit_path_fn visit, void *userdata)
{
	char full[PATH_MAX];
	glob_t found;

	if (!full_path(audit, pattern, full) || glob(full, 0, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++)
		visit(audit, found.gl_pathv[i] + strlen(audit->root), userdata);
	globfree(&found);
}

bool audit_is_unclaimed(struct audit *audit)
{
	_cleanup_free_ char *state =
		audit_exists(audit, AUDIT_STATE) ? audit_read(audit, AUDIT_STATE) : NULL;

	return state && streq(state, "unclaimed\n");
}

/* One line of settings: key and value without the blanks around; false: it has none. */
static bool split_setting(char *line, char **ret_key, char **ret_value)
{
	char *equal;

	line += strspn(line, " \t-");
	equal = strchr(line, '=');
	if (*line == '#' || *line == ';' || !equal)
		return false;
	*ret_value = equal + 1 + strspn(equal + 1, " \t");
	while (equal > line && (equal[-1] == ' ' || equal[-1] == '\t'))
		equal--;
	*equal = '\0';
	*ret_key = line;
	for (size_t n = strlen(*ret_value);
		n > 0 && ((*ret_value)[n - 1] == ' ' || (*ret_value)[n - 1] == '\t'); n--)
		(*ret_value)[n - 1] = '\0';
	return true;
}

/* Is line the heading of a section? *ret_inside: of the one that is wanted. */
static bool is_heading(const char *line, const char *section, bool *ret_inside)
{
	size_t length = strlen(section ? section : "");

	if (*line != '[')
		return false;
	*ret_inside = section && strncmp(line + 1, section, length) == 0 && line[length + 1] == ']';
	return true;
}

/* Visit the values of one file. */
static void visit_file(struct audit *audit, const char *path, const char *section, const char *key,
	audit_visit_fn visit, void *userdata)
{
	_cleanup_free_ char *text = audit_read(audit, path);
	bool inside = !section;
	char *rest = text, *line, *name, *content;
	struct audit_value value;

	(void)snprintf(value.file, sizeof(value.file), "%s", path);
	while (rest && (line = next_line(&rest))) {
		if (is_heading(line, section, &inside) || !inside ||
			!split_setting(line, &name, &content) || !streq(name, key))
			continue;
		(void)snprintf(value.text, sizeof(value.text), "%s", content);
		visit(audit, &value, userdata);
	}
}

void audit_settings(struct audit *audit, const struct audit_place *place, const char *key,
	audit_visit_fn visit, void *userdata)
{
	_cleanup_(dropins_done) struct dropins dropins = { .n = 0 };
	int r;

	for (const char *const *file = place->files; *file; file++)
		visit_file(audit, *file, place->section, key, visit, userdata);
	r = dropins_find(audit->root, place->dirs, ".conf", NULL, NULL, &dropins);
	if (r < 0)
		audit->r = r;
	for (size_t i = 0; i < dropins.n; i++)
		visit_file(audit, dropins.paths[i], place->section, key, visit, userdata);
}

/* Remember the value, which the next one replaces. */
static void keep_last(struct audit *audit, const struct audit_value *value, void *userdata)
{
	*(struct audit_value *)userdata = *value;
}

bool audit_setting(struct audit *audit, const struct audit_place *place, const char *key,
	struct audit_value *ret)
{
	*ret = (struct audit_value){ 0 };
	audit_settings(audit, place, key, keep_last, ret);
	return *ret->file != '\0';
}
