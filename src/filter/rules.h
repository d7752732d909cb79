/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The tables that filters are made of; of the build alone. */

#include <stddef.h>
#include <stdint.h>

/* A condition: argument (0 to 5) & mask is value; mask 0: none. An int is compared by INT_MASK: the
 * upper half of its register may hold anything. */
struct syscall_condition {
	unsigned argument;
	uint64_t mask, value;
};

#define INT_MASK UINT32_MAX

/* A call with all of these conditions; error 0: the opposite of what happens to calls that are in
 * no table, else it fails with this errno. */
struct syscall_rule {
	const char *name;
	struct syscall_condition when[2];
	int error;
};

struct syscall_rules {
	const char *name;
	const struct syscall_rule *rules;
	size_t n;
	int kills; /* what is in the table, rather than what is not */
};

extern const struct syscall_rules rules_console, rules_no_exec;
