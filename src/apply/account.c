/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <crypt.h>
#include <errno.h>
#include <shadow.h>

#include "atomic_file.h"
#include "pam_child.h"
#include "util.h"

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

int account_has_password(const char *root, const char *user)
{
	_cleanup_close_ int fd = file_open(root, "/etc/shadow");
	_cleanup_fclose_ FILE *file = NULL;
	struct spwd *entry;

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
			return hash_is_usable(entry->sp_pwdp);
	}
}
