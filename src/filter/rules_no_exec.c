/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a service that takes foreign bytes apart must not do; the unit's own list has the rest. */

#include "rules.h"

static const struct syscall_rule rules[] = {
	{ .name = "execve" },
	{ .name = "execveat" },
	{ .name = "ptrace" },
	{ .name = "process_vm_readv" },
	{ .name = "process_vm_writev" },
	{ .name = "pidfd_getfd" },
};

const struct syscall_rules rules_no_exec = {
	.name = "no-exec",
	.rules = rules,
	.n = sizeof(rules) / sizeof(rules[0]),
	.kills = 1,
};
