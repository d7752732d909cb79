/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "syscall_filter.h"

#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>

#include "util.h"

#ifndef __SANITIZE_ADDRESS__

static const struct sock_filter console[] = {
#include "filter_console.inc"
};

static const struct sock_filter no_exec[] = {
#include "filter_no_exec.inc"
};

/* The kernel only reads them. */
#define PROGRAM(steps)                                                                             \
	{                                                                                          \
		ARRAY_SIZE(steps), (struct sock_filter *)(steps)                                   \
	}

static const struct sock_fprog programs[SYSCALL_N_FILTERS] = {
	[SYSCALL_FILTER_CONSOLE] = PROGRAM(console),
	[SYSCALL_FILTER_NO_EXEC] = PROGRAM(no_exec),
};

int syscall_filter_enter(enum syscall_filter filter)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
		prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &programs[filter]) < 0)
		return -errno;
	return 0;
}

#else

int syscall_filter_enter(enum syscall_filter filter)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ? -errno : 0;
}

#endif
