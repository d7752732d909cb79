/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "claim.h"

#include <errno.h>
#include <sys/stat.h>

#include "atomic_file.h"
#include "util.h"

/* Who owns the machine: of a tree, whoever owns its root, who need not be root here. */
static uid_t owner_of(const char *root)
{
	struct stat st;

	return *root && stat(root, &st) == 0 ? st.st_uid : geteuid();
}

bool claim_is_open(const char *root)
{
	_cleanup_close_ int fd = file_open(root, CLAIM_FILE);
	char text[16];
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) < 0)
		return false;
	if (st.st_uid != owner_of(root) || (st.st_mode & 022) != 0)
		return false;
	n = pread(fd, text, sizeof(text) - 1, 0);
	if (n < 0)
		return false;
	text[n] = '\0';
	/* Nor is there a NUL with more behind it. */
	return (streq(text, "unclaimed\n") || streq(text, "unclaimed")) &&
	       strlen(text) == (size_t)n;
}

int claim_close(const char *root)
{
	int r = atomic_write(root, CLAIM_FILE, CLAIM_CLAIMED, 0600);

	/* Without it a unit starts for nothing at the next boot, no more. */
	if (r >= 0)
		(void)atomic_write(root, CLAIM_MARK, "", 0600);
	return r;
}
