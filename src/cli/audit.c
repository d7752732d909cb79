/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audit.h"

#include <stdarg.h>

#include "audit_parts.h"
#include "i18n.h"
#include "safe_text.h"

/* All the rules, in the order in which they are told. */
static const struct audit_rule *const tables[] = {
	audit_account_rules,
	audit_console_rules,
	audit_machine_rules,
};

void audit_found(struct audit *audit, const char *format, ...)
{
	char cause[PATH_MAX + 512];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(cause, sizeof(cause), format, ap);
	va_end(ap);
	audit->n++;
	audit->found(audit->rule->name, cause, _(audit->rule->mend), audit->userdata);
}

int audit_run(const char *root, audit_found_fn found, void *userdata)
{
	struct audit audit = { .root = root, .found = found, .userdata = userdata };

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (audit.rule = tables[i]; audit.rule->name && audit.r == 0; audit.rule++)
			audit.rule->check(&audit);
	return audit.r < 0 ? audit.r : audit.n;
}

/* One finding: its rule, its cause, its mend. */
static void print_finding(const char *rule, const char *cause, const char *mend, void *userdata)
{
	printf("%s: %s\n    %s\n", rule, safe_text(cause, 0).text, mend);
}

int audit_print(const char *root)
{
	int n = audit_run(root, print_finding, NULL);

	if (n < 0) {
		fprintf(stderr, "firstboot: %s.\n", strerror(-n));
		return EXIT_FAILURE;
	}
	if (n == 1)
		puts(_("1 finding."));
	else
		printf(_("%d findings.\n"), n);
	return n == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
