/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "audit.h"

#include <stdarg.h>

#include "audit_parts.h"
#include "i18n.h"
#include "safe_text.h"

/* All the rules, in the order in which they are told. */
static const struct audit_rule *const tables[] = {
	audit_account_rules,
	audit_jobs_rules,
	audit_console_rules,
	audit_image_rules,
	audit_machine_rules,
	audit_boot_rules,
};

void audit_found(struct audit *audit, const char *format, ...)
{
	char cause[PATH_MAX + 512];
	va_list ap;

	va_start(ap, format);
	(void)vsnprintf(cause, sizeof(cause), format, ap);
	va_end(ap);
	if (audit->rule->mend)
		audit->n++;
	audit->found(audit->rule->name, cause, audit->rule->mend ? _(audit->rule->mend) : NULL,
		audit->userdata);
}

int audit_run(const char *root, audit_found_fn found, void *userdata)
{
	struct audit audit = { .root = root, .found = found, .userdata = userdata };

	for (size_t i = 0; i < ARRAY_SIZE(tables); i++)
		for (audit.rule = tables[i]; audit.rule->name && audit.r == 0; audit.rule++)
			audit.rule->check(&audit);
	return audit.r < 0 ? audit.r : audit.n;
}

/* One finding: its rule, its cause, its mend; or what is worth knowing. */
static void print_finding(const char *rule, const char *cause, const char *mend, void *userdata)
{
	if (mend)
		printf("%s: %s\n    %s\n", rule, safe_text(cause, 0).text, mend);
	else
		printf("(%s: %s)\n", rule, safe_text(cause, 0).text);
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
