/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files of a plan: what they hold, what they are to hold, and the way there and back. */

#include <errno.h>
#include <sys/stat.h>

#include "atomic_file.h"
#include "i18n.h"
#include "offline_parts.h"

/* -- what is there ------------------------------------------------------------------------------
 */

/* A text and its mode. */
static int read_text(const char *root, const char *path, struct offline_content *ret)
{
	_cleanup_close_ int fd = file_open(root, path);
	struct stat st;
	int r;

	if (fd < 0)
		return fd;
	if (fstat(fd, &st) < 0)
		return -errno;
	r = file_read(root, path, OFFLINE_FILE_MAX, &ret->text);
	if (r < 0)
		return r;
	ret->kind = OFFLINE_TEXT;
	ret->mode = st.st_mode & 07777;
	return 0;
}

/* What is at path, a link where links says so. */
static int read_content(const char *root, const char *path, bool links, struct offline_content *ret)
{
	char target[PATH_MAX];
	int r;

	*ret = (struct offline_content){ 0 };
	if (links && file_link(root, path, sizeof(target), target) >= 0) {
		ret->kind = OFFLINE_LINK;
		ret->text = strdup(target);
		return ret->text ? 0 : -ENOMEM;
	}
	r = read_text(root, path, ret);
	return r == -ENOENT ? 0 : r;
}

/* Remember what an error is about. */
static int fail(struct offline_plan *plan, const char *path, int r)
{
	if (r < 0)
		(void)snprintf(plan->failed, sizeof(plan->failed), "%s", path);
	return r;
}

int offline_read(struct offline_plan *plan, const char *path, char **ret)
{
	struct offline_content content;
	int r = read_content(plan->tree->root, path, false, &content);

	*ret = r < 0 ? NULL : content.text;
	return fail(plan, path, r);
}

/* -- what is to be ------------------------------------------------------------------------------
 */

/* Does it hold the same already? */
static bool is_same(const struct offline_content *a, const struct offline_content *b)
{
	return a->kind == b->kind && a->mode == b->mode &&
	       (a->kind == OFFLINE_NONE || streq(a->text, b->text));
}

/* Let path hold new, unless it does. new->mode 0: that of the old one. links: a link in its place
 * is replaced. */
static int put(struct offline_plan *plan, const char *path, const struct offline_content *new,
	bool secret, bool links)
{
	struct offline_file *files =
		reallocarray(plan->files, plan->n_files + 1, sizeof(*plan->files));
	struct offline_file *file;
	int r;

	if (!files)
		return -ENOMEM;
	plan->files = files;
	file = &files[plan->n_files];
	*file = (struct offline_file){ .new = *new, .secret = secret };
	(void)snprintf(file->path, sizeof(file->path), "%s", path);
	r = read_content(plan->tree->root, path, links, &file->old);
	if (r < 0)
		return fail(plan, path, r);
	if (new->kind == OFFLINE_TEXT &&new->mode == 0)
		file->new.mode = file->old.kind == OFFLINE_TEXT ? file->old.mode : 0644;
	if (is_same(&file->old, &file->new)) {
		free(file->old.text);
		return 0;
	}
	file->new.text = new->text ? strdup(new->text) : NULL;
	plan->n_files++;
	return new->text && !file->new.text ? -ENOMEM : 0;
}

int offline_put(struct offline_plan *plan, const char *path, const char *text)
{
	const struct offline_content content = {
		.kind = text ? OFFLINE_TEXT : OFFLINE_NONE,
		.text = (char *)text,
	};

	return put(plan, path, &content, false, !text);
}

int offline_put_over(struct offline_plan *plan, const char *path, const char *text)
{
	const struct offline_content content = { .kind = OFFLINE_TEXT, .text = (char *)text };

	return put(plan, path, &content, false, true);
}

int offline_put_private(
	struct offline_plan *plan, const char *path, const char *text, mode_t mode, bool secret)
{
	const struct offline_content content = {
		.kind = OFFLINE_TEXT,
		.text = (char *)text,
		.mode = mode,
	};

	return put(plan, path, &content, secret, false);
}

int offline_put_link(struct offline_plan *plan, const char *path, const char *target)
{
	const struct offline_content content = { .kind = OFFLINE_LINK, .text = (char *)target };

	return put(plan, path, &content, false, true);
}

void offline_plan_done(struct offline_plan *plan)
{
	for (size_t i = 0; i < plan->n_files; i++) {
		struct offline_content *both[] = { &plan->files[i].old, &plan->files[i].new };

		for (size_t k = 0; k < ARRAY_SIZE(both); k++) {
			if (both[k]->text && plan->files[i].secret)
				explicit_bzero(both[k]->text, strlen(both[k]->text));
			free(both[k]->text);
		}
	}
	free(plan->files);
	closep(&plan->lock);
	*plan = (struct offline_plan){ .lock = -1 };
}

/* -- writing ------------------------------------------------------------------------------------
 */

/* Let a file be so. */
static int write_content(const char *root, const char *path, const struct offline_content *content)
{
	switch (content->kind) {
	case OFFLINE_NONE:
		return atomic_remove(root, path);
	case OFFLINE_TEXT:
		return atomic_write(root, path, content->text, content->mode);
	case OFFLINE_LINK:
		return atomic_link(root, path, content->text);
	}
	return -EINVAL;
}

/* Is a file as it was? */
static bool is_old(const struct offline_plan *plan, const struct offline_file *file)
{
	_cleanup_free_ char *text = NULL;
	struct offline_content now;

	if (read_content(plan->tree->root, file->path, true, &now) < 0)
		return false;
	text = now.text;
	return is_same(&now, &file->old);
}

/* Let the files before this one be as they were. False: some are not, and the fault names them. */
static bool take_back(struct offline_plan *plan, size_t end, struct offline_fault *fault)
{
	size_t length = strlen(fault->text);
	bool all = true;

	for (size_t i = end; i-- > 0;) {
		const struct offline_file *file = &plan->files[i];

		if (is_old(plan, file) ||
			write_content(plan->tree->root, file->path, &file->old) >= 0)
			continue;
		length += (size_t)snprintf(fault->text + length, sizeof(fault->text) - length,
			_(" %s has been changed."), file->path);
		if (length >= sizeof(fault->text))
			length = sizeof(fault->text) - 1;
		all = false;
	}
	return all;
}

bool offline_plan_write(struct offline_plan *plan, struct offline_fault *fault)
{
	for (size_t i = 0; i < plan->n_files; i++) {
		const struct offline_file *file = &plan->files[i];
		int r = write_content(plan->tree->root, file->path, &file->new);
		struct offline_fault left = { 0 };

		if (r >= 0)
			continue;
		/* The file itself, too: only its way to the disk may have failed. */
		if (take_back(plan, i + 1, &left))
			return offline_refuse(fault, EXIT_FAILED,
				_("Nothing was changed: %s could not be written: %s."), file->path,
				offline_why(r));
		return offline_refuse(fault, EXIT_FAILED,
			_("%s could not be written: %s. Not all could be put back:%s"), file->path,
			offline_why(r), left.text);
	}
	return true;
}
