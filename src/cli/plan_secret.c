/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Root's password as a hash, from wherever the answers say that it is. Whatever is wrong with it,
 * it is not shown. */

#include <errno.h>
#include <limits.h>
#include <sys/stat.h>

#include "atomic_file.h"
#include "i18n.h"
#include "plan_parts.h"
#include "textfile.h"
#include "util.h"

#define SYSTEM_CREDENTIALS "/run/credentials/@system"

/* Keep the first line of a text. */
static bool keep(struct secret *secret, const char *text)
{
	size_t length = strcspn(text, "\r\n");

	if (length == 0 || length > SECRET_MAX || text[length + strspn(text + length, "\r\n")])
		return false;
	memcpy(secret->bytes, text, length);
	secret->bytes[length] = '\0';
	secret->length = length;
	return true;
}

/* Where the answers say what root's password is. */
static struct answers_place place_of(const struct plan_fit *fit)
{
	return answers_place_of(fit->plan->answers, ANSWER_PASSWORD);
}

/* Read an open file, which goes on to be the one that was looked at. -EPERM: others than root, or
 * than the caller, who has made it for an image of theirs, might have read or written it. */
static int read_open(int fd, bool alone, struct secret *secret)
{
	char *text = NULL;
	struct stat st;
	int r;

	if (fstat(fd, &st) < 0)
		return -errno;
	if (alone && ((st.st_uid != 0 && st.st_uid != geteuid()) || (st.st_mode & 077)))
		return -EPERM;
	r = textfile_read_fd(fd, SECRET_MAX + 2, &text);
	if (r < 0)
		return r;
	r = keep(secret, text) ? 0 : -EINVAL;
	explicit_bzero(text, strlen(text));
	free(text);
	return r;
}

/* Read a file, no link on the way to it. */
static int read_file(const char *path, bool alone, struct secret *secret)
{
	_cleanup_close_ int fd = file_open("", path);

	return fd < 0 ? fd : read_open(fd, alone, secret);
}

/* The file that PasswordFile= names. */
static int read_named(struct plan_fit *fit, const char *path, struct secret *secret)
{
	int r = read_file(path, true, secret);

	switch (r) {
	case 0:
	case -ENOMEM:
		break;
	case -EPERM:
		plan_complain(fit, place_of(fit),
			_("PasswordFile=%s is not read: it must be root's, and "
			  "nobody else may read or write it (chmod 0600)."),
			path);
		break;
	case -ELOOP:
		plan_complain(fit, place_of(fit),
			_("PasswordFile=%s is not read: there is a symbolic link on "
			  "the way to it."),
			path);
		break;
	default:
		plan_complain(fit, place_of(fit), _("PasswordFile=%s cannot be read: %s."), path,
			strerror(-r));
		break;
	}
	return r;
}

/* A credential of our own unit, or of the machine. */
static int read_credential(struct plan_fit *fit, const char *name, struct secret *secret)
{
	const char *folders[] = { getenv("CREDENTIALS_DIRECTORY"), SYSTEM_CREDENTIALS };
	int r = -ENOENT;

	for (size_t i = 0; i < ARRAY_SIZE(folders) && r == -ENOENT; i++) {
		char path[PATH_MAX];

		if (!folders[i] || snprintf(path, sizeof(path), "%s/%s", folders[i], name) >=
					   (int)sizeof(path))
			continue;
		r = read_file(path, false, secret);
	}
	if (r == -ENOENT)
		plan_complain(fit, place_of(fit),
			_("There is no credential \"%s\" in $CREDENTIALS_DIRECTORY or %s."), name,
			SYSTEM_CREDENTIALS);
	else if (r < 0 && r != -ENOMEM)
		plan_complain(fit, place_of(fit), _("The credential \"%s\" cannot be read: %s."),
			name, strerror(-r));
	return r;
}

void plan_fit_secret(struct plan_fit *fit)
{
	const struct answers *answers = fit->plan->answers;
	struct secret *secret = &fit->plan->hash;
	struct problem problem;
	int r = 0;

	if (!(answers->given & ANSWER_PASSWORD))
		return;
	r = secret_init(secret);
	if (r < 0) {
		fit->r = r;
		return;
	}
	switch (answers->password) {
	case PASSWORD_NOT_GIVEN:
		return;
	case PASSWORD_HASH:
		r = keep(secret, answers->password_text) ? 0 : -EINVAL;
		break;
	case PASSWORD_CREDENTIAL:
		r = read_credential(fit, answers->password_text, secret);
		break;
	case PASSWORD_FILE:
		r = read_named(fit, answers->password_text, secret);
		break;
	}
	if (r == 0 && !answers_check_hash(secret->bytes, &problem))
		plan_complain(fit, place_of(fit), "%s", problem.text);
}
