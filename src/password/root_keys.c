/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "root_keys.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "atomic_file.h"
#include "textfile.h"
#include "util.h"

#define HOME	  "/root"
#define FOLDER	  HOME "/.ssh"
#define KEYS_FILE FOLDER "/authorized_keys"

static const char *const files[] = { KEYS_FILE, FOLDER "/authorized_keys2" };

/* Is it root's, and nobody else's to write? */
static bool is_roots_alone(const struct stat *st)
{
	return st->st_uid == 0 && (st->st_mode & 022) == 0;
}

/* Does sshd trust the folders? One that is a link counts as it is found there. */
static bool folders_are_safe(const char *root)
{
	static const char *const folders[] = { HOME, FOLDER };
	char path[4096];
	struct stat st;

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		int n = snprintf(path, sizeof(path), "%s%s", root, folders[i]);

		if (n < 0 || (size_t)n >= sizeof(path) || stat(path, &st) < 0 ||
			!is_roots_alone(&st))
			return false;
	}
	return true;
}

/* The text of one of the files, "" where sshd reads none. */
static int read_file(const char *root, const char *path, char **ret)
{
	_cleanup_close_ int fd = -1;
	char full[4096];
	struct stat st;
	int n = snprintf(full, sizeof(full), "%s%s", root, path);

	if (n < 0 || (size_t)n >= sizeof(full))
		return -ENAMETOOLONG;
	fd = open(full, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno != ENOENT && errno != ENOTDIR && errno != ELOOP)
		return -errno;
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode) || !is_roots_alone(&st)) {
		*ret = strdup("");
		return *ret ? 0 : -ENOMEM;
	}
	return textfile_read_fd(fd, TEXTFILE_MAX, ret);
}

/* Tell of the keys in a text. */
static int walk_text(char *text, size_t *n, root_keys_fn found, void *userdata)
{
	char key[LOGIN_KEY_MAX], *save = NULL;
	int r = 0;

	for (char *line = strtok_r(text, "\r\n", &save); line && *n < ROOT_KEYS_MAX && r >= 0;
		line = strtok_r(NULL, "\r\n", &save)) {
		if (!login_key_find(line, key))
			continue;
		(*n)++;
		r = found(key, userdata);
	}
	return r < 0 ? r : 0;
}

int root_keys_walk(const char *root, root_keys_fn found, void *userdata)
{
	size_t n = 0;

	if (!folders_are_safe(root))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *text = NULL;
		int r = read_file(root, files[i], &text);

		if (r >= 0)
			r = walk_text(text, &n, found, userdata);
		if (r < 0)
			return r;
	}
	return 0;
}

/* The folder, as sshd wants it. A link in its place is somebody's choice that is not followed. */
static int make_folder(const char *root)
{
	_cleanup_close_ int home = -1, folder = -1;
	char path[4096];
	int n = snprintf(path, sizeof(path), "%s" HOME, root);

	if (n < 0 || (size_t)n >= sizeof(path))
		return -ENAMETOOLONG;
	home = open(path, O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_RDONLY);
	if (home < 0)
		return -errno;
	if (mkdirat(home, ".ssh", 0700) < 0 ? errno != EEXIST : fsync(home) < 0)
		return -errno;
	folder = openat(home, ".ssh", O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_RDONLY);
	if (folder < 0)
		return -errno;
	return fchmod(folder, 0700) < 0 ? -errno : 0;
}

/* What is looked for, without its comment, and whether it was found. */
struct search {
	const char *key;
	bool found;
};

static int compare(const char *key, void *userdata)
{
	struct search *search = userdata;

	search->found |= streq(key, search->key);
	return 0;
}

int root_keys_add(const char *root, const char *key)
{
	_cleanup_free_ char *old = NULL, *text = NULL;
	char bare[LOGIN_KEY_MAX];
	struct search search = { .key = bare };
	int r;

	if (!login_key_find(key, bare))
		return -EINVAL;
	r = make_folder(root);
	if (r >= 0)
		r = root_keys_walk(root, compare, &search);
	if (r < 0 || search.found)
		return r < 0 ? r : 0;
	r = file_read(root, KEYS_FILE, TEXTFILE_MAX, &old);
	if (r < 0 && r != -ENOENT)
		return r;
	r = asprintf(&text, "%s%s%s\n", old ? old : "",
		old && *old && old[strlen(old) - 1] != '\n' ? "\n" : "", key);
	if (r < 0)
		return -ENOMEM;
	r = atomic_write(root, KEYS_FILE, text, 0600);
	return r < 0 ? r : 1;
}
