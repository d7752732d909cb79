/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The C library has no functions for it, and the headers that the project is built with may be
 * older than the kernel it runs on: so its three system calls, and the numbers of linux/landlock.h.
 */

#include "file_access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include "util.h"

/* The same on every architecture (Linux 5.13). */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule	    445
#define SYS_landlock_restrict_self  446
#endif

#define ASK_VERSION (1U << 0)
#define RULE_PATH   1

#define READ_FILE (1ULL << 2)
#define READ_DIR  (1ULL << 3)

/* struct landlock_ruleset_attr: what is forbidden unless a rule allows it. */
struct ruleset {
	uint64_t files, network, scope;
};

/* struct landlock_path_beneath_attr. */
struct rule {
	uint64_t allowed;
	int32_t parent;
} __attribute__((packed));

/* All that a version of the interface can forbid. */
static const struct ruleset versions[] = {
	{ .files = 0x1fff },				   /* 1: from executing to making */
	{ .files = 0x3fff },				   /* 2: renaming across folders */
	{ .files = 0x7fff },				   /* 3: truncating */
	{ .files = 0x7fff, .network = 0x3 },		   /* 4: TCP */
	{ .files = 0xffff, .network = 0x3 },		   /* 5: ioctl of devices */
	{ .files = 0xffff, .network = 0x3, .scope = 0x3 }, /* 6: abstract sockets, signals */
};

static const struct {
	const char *path;
	uint64_t allowed;
} places[] = {
	{ "/usr", READ_FILE | READ_DIR },
	{ INSTALL_PREFIX, READ_FILE | READ_DIR },
	{ "/etc", READ_FILE | READ_DIR },
	{ "/run", READ_FILE | READ_DIR },
	{ "/proc", READ_FILE | READ_DIR },
	{ "/sys", READ_FILE | READ_DIR },
	{ "/var/log/wtmp", READ_FILE },
	{ "/dev", READ_DIR },
	{ "/dev/null", READ_FILE },
};

/* Forbid all that this version of the kernel's interface can. */
static int make_ruleset(size_t version)
{
	size_t known = version < ARRAY_SIZE(versions) ? version : ARRAY_SIZE(versions);
	long fd =
		syscall(SYS_landlock_create_ruleset, &versions[known - 1], sizeof(versions[0]), 0);

	return fd < 0 ? -errno : (int)fd;
}

/* Allow one place, where it is there. */
static int allow(int ruleset, const char *path, uint64_t allowed)
{
	_cleanup_close_ int fd = open(path, O_PATH | O_CLOEXEC);
	struct rule rule = { .allowed = allowed, .parent = fd };

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	return syscall(SYS_landlock_add_rule, ruleset, RULE_PATH, &rule, 0) < 0 ? -errno : 0;
}

int file_access_limit(void)
{
	long version = syscall(SYS_landlock_create_ruleset, NULL, 0, ASK_VERSION);
	_cleanup_close_ int ruleset = -1;

	if (version <= 0)
		return 0;
	ruleset = make_ruleset((size_t)version);
	if (ruleset < 0)
		return ruleset;
	for (size_t i = 0; i < ARRAY_SIZE(places); i++) {
		int r = allow(ruleset, places[i].path, places[i].allowed);

		if (r < 0)
			return r;
	}
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		syscall(SYS_landlock_restrict_self, ruleset, 0) < 0)
		return -errno;
	return (int)version;
}
