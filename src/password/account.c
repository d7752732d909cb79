/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "account.h"

#include <crypt.h>
#include <errno.h>
#include <shadow.h>

#include "answers.h"
#include "atomic_file.h"
#include "i18n.h"
#include "util.h"

#define BCRYPT_SALT_END 29 /* "$2b$10$" and 22 characters, which nothing parts from the rest */
#define DES_SALT_END	2

/* Is hash one that crypt(3) can make, so that some password matches it? An empty one is not: it
 * lets everyone in. */
static bool hash_is_usable(const char *hash)
{
	int verdict;

	if (!hash || !*hash || strchr("!*", *hash))
		return false;
	verdict = crypt_checksalt(hash);
	return verdict == CRYPT_SALT_OK || verdict == CRYPT_SALT_METHOD_LEGACY;
}

/* How much of a hash is its method and salt. */
static size_t mark_length(const char *hash)
{
	const char *last = strrchr(hash, '$');

	if (strncmp(hash, "$2", 2) == 0)
		return strnlen(hash, BCRYPT_SALT_END);
	return last ? (size_t)(last - hash) : strnlen(hash, DES_SALT_END);
}

/* The mark of a usable hash. */
static int take_mark(const char *hash, char ret[static ACCOUNT_MARK_SIZE])
{
	size_t length;

	if (!hash_is_usable(hash))
		return 0;
	length = mark_length(hash);
	if (length >= ACCOUNT_MARK_SIZE)
		return -E2BIG;
	memcpy(ret, hash, length);
	ret[length] = '\0';
	return 1;
}

bool account_check_hash(const char *hash, struct problem *problem)
{
	if (!answers_check_hash(hash, problem))
		return false;
	if (hash_is_usable(hash))
		return true;
	return problem_set(
		problem, _("The crypt(3) of this machine does not know this kind of hash."));
}

int account_mark(const char *root, const char *user, char ret[static ACCOUNT_MARK_SIZE])
{
	_cleanup_close_ int fd = file_open(root, "/etc/shadow");
	_cleanup_fclose_ FILE *file = NULL;
	struct spwd *entry;

	*ret = '\0';
	if (fd < 0)
		return fd;
	file = fdopen(fd, "re");
	if (!file)
		return -errno;
	(void)take_fd(&fd);
	for (;;) {
		errno = 0;
		entry = fgetspent(file);
		if (!entry)
			return errno != 0 && errno != ENOENT ? -errno : 0;
		if (streq(entry->sp_namp, user))
			return take_mark(entry->sp_pwdp, ret);
	}
}
