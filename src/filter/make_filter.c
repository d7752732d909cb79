/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Of the build: print a table of rules as the BPF program that the kernel runs, a line of C for
 * each instruction. */

#include <errno.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rules.h"

static const struct syscall_rules *const tables[] = { &rules_console, &rules_no_exec };

#define N_TABLES (sizeof(tables) / sizeof(tables[0]))

/* Say why not, and end. */
_Noreturn static void die(const char *what, int error)
{
	fprintf(stderr, "make-filter: %s: %s\n", what, strerror(error));
	exit(EXIT_FAILURE);
}

/* The table of this name. */
static const struct syscall_rules *find_table(const char *name)
{
	for (size_t i = 0; i < N_TABLES; i++)
		if (strcmp(tables[i]->name, name) == 0)
			return tables[i];
	die(name, ENOENT);
}

/* A filter without rules, for the calls of this architecture alone. */
static scmp_filter_ctx new_filter(const struct syscall_rules *table, const char *architecture)
{
	uint32_t arch = seccomp_arch_resolve_name(architecture);
	scmp_filter_ctx ctx = seccomp_init(table->kills ? SCMP_ACT_ALLOW : SCMP_ACT_KILL_PROCESS);
	int r;

	if (!ctx || arch == 0)
		die(architecture, EINVAL);
	r = seccomp_attr_set(ctx, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	/* A tree of numbers: when a filter is entered, the kernel tries it with every call that
	 * there is. */
	if (r == 0)
		r = seccomp_attr_set(ctx, SCMP_FLTATR_CTL_OPTIMIZE, 2);
	if (r == 0 && arch != seccomp_arch_native()) {
		r = seccomp_arch_add(ctx, arch);
		if (r == 0)
			r = seccomp_arch_remove(ctx, seccomp_arch_native());
	}
	if (r < 0)
		die(architecture, -r);
	return ctx;
}

/* Add one. */
static void add_rule(
	scmp_filter_ctx ctx, const struct syscall_rules *table, const struct syscall_rule *rule)
{
	uint32_t action = table->kills ? SCMP_ACT_KILL_PROCESS : SCMP_ACT_ALLOW;
	int r, call = seccomp_syscall_resolve_name(rule->name);
	struct scmp_arg_cmp conditions[2];
	unsigned n = 0;

	if (call == __NR_SCMP_ERROR)
		die(rule->name, ENOSYS);
	while (n < 2 && rule->when[n].mask) {
		conditions[n] = (struct scmp_arg_cmp){ .arg = rule->when[n].argument,
			.op = SCMP_CMP_MASKED_EQ,
			.datum_a = rule->when[n].mask,
			.datum_b = rule->when[n].value };
		n++;
	}
	r = seccomp_rule_add_array(ctx,
		rule->error ? SCMP_ACT_ERRNO((unsigned)rule->error) : action, call, n, conditions);
	if (r < 0)
		die(rule->name, -r);
}

/* Print it. */
static void print_filter(scmp_filter_ctx ctx)
{
	struct sock_filter step;
	FILE *f = tmpfile();
	int r;

	if (!f)
		die("tmpfile", errno);
	r = seccomp_export_bpf(ctx, fileno(f));
	if (r < 0)
		die("seccomp_export_bpf", -r);
	rewind(f);
	while (fread(&step, sizeof(step), 1, f) == 1)
		printf("{ 0x%02x, %u, %u, 0x%08x },\n", (unsigned)step.code, (unsigned)step.jt,
			(unsigned)step.jf, (unsigned)step.k);
	if (ferror(f))
		die("tmpfile", EIO);
	fclose(f);
}

int main(int argc, char **argv)
{
	const struct syscall_rules *table;
	scmp_filter_ctx ctx;

	if (argc != 3) {
		fputs("usage: make-filter ARCHITECTURE TABLE\n", stderr);
		return EXIT_FAILURE;
	}
	table = find_table(argv[2]);
	ctx = new_filter(table, argv[1]);
	for (size_t i = 0; i < table->n; i++)
		add_rule(ctx, table, &table->rules[i]);
	print_filter(ctx);
	seccomp_release(ctx);
	return ferror(stdout) || fflush(stdout) == EOF ? EXIT_FAILURE : EXIT_SUCCESS;
}
