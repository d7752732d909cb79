/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the console's account could leave behind to run later: jobs run by /bin/sh, whatever the
 * login shell is. PAM refuses them, or the lists of cron and at do. */

#include <errno.h>

#include "audit_parts.h"
#include "i18n.h"

/* As deep as files of PAM include each other. */
#define DEPTH_MAX 8

/* What the package's profile has pam-auth-update put into Debian's common-account. */
#define PAM_LINE "user = " FIRSTBOOT_USER " service notin login"

/* What a stack of PAM, or a list, says of the account. */
enum verdict { SILENT, PERMITS, REFUSES };

/* A program that runs jobs. */
struct queue {
	const char *program;
	const char *services[3]; /* of PAM: Debian's name, Red Hat's; NULL at the end */
	const char *allow, *deny;
};

static const struct queue queues[] = {
	{ "/usr/bin/crontab", { "cron", "crond" }, "/etc/cron.allow", "/etc/cron.deny" },
	{ "/usr/bin/at", { "atd" }, "/etc/at.allow", "/etc/at.deny" },
};

/* Is one of the words of a list, by blanks, one that means this? "ALL" means everything. */
static bool list_has(const char *list, const char *const *words)
{
	char copy[512], *rest = copy;

	(void)snprintf(copy, sizeof(copy), "%s", list);
	for (char *one; (one = strsep(&rest, " \t"));)
		for (const char *const *word = words; *word; word++)
			if (streq(one, *word) || streq(one, "ALL"))
				return true;
	return false;
}

/* What the lines of access.conf(5) have said so far. */
struct access {
	const char *const *origins; /* of the jobs */
	enum verdict verdict;
};

/* One line of access.conf(5), "PERMISSION:USERS:ORIGINS": the first one that fits counts. */
static void see_access(struct audit *audit, const char *path, int n, char *line, void *userdata)
{
	static const char *const users[] = { FIRSTBOOT_USER, NULL };
	struct access *access = userdata;
	char *permission = strsep(&line, ":"), *who = strsep(&line, ":");

	if (access->verdict != SILENT || !line || strstr(who, "EXCEPT") || strstr(line, "EXCEPT"))
		return;
	if (list_has(who, users) && list_has(line, access->origins))
		access->verdict = strchr(permission, '-') ? REFUSES : PERMITS;
}

/* pam_access(8): access.conf, then the files of access.d. */
static enum verdict ask_access(struct audit *audit)
{
	static const char *const dirs[] = { "/etc/security/access.d", NULL };
	static const char *const origins[] = { "cron", "crond", "at", "atd", "LOCAL", NULL };
	_cleanup_(dropins_done) struct dropins dropins = { .n = 0 };
	struct access access = { .origins = origins };

	if (dropins_find(audit->root, dirs, ".conf", NULL, NULL, &dropins) < 0)
		audit->r = -ENOMEM;
	audit_lines(audit, "/etc/security/access.conf", see_access, &access);
	for (size_t i = 0; i < dropins.n; i++)
		audit_lines(audit, dropins.paths[i], see_access, &access);
	return access.verdict;
}

/* What a file of PAM has said so far, and how deep it is included. */
struct stack {
	enum verdict verdict;
	unsigned depth;
};

static void read_stack(struct audit *audit, const char *name, struct stack *stack);

/* The words of a line of PAM: "TYPE CONTROL MODULE ARGUMENTS", where CONTROL may be in brackets. */
static void split_pam(char *line, char **type, char **control, char **module, char **arguments)
{
	char **const fields[] = { type, control, module };

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++) {
		line += strspn(line, " \t");
		*fields[i] = line;
		line += *line == '[' ? strcspn(line, "]") : 0;
		line += strcspn(line, " \t");
		if (*line)
			*line++ = '\0';
	}
	*arguments = line + strspn(line, " \t");
}

/* One line of a file of PAM. */
static void see_pam(struct audit *audit, const char *path, int n, char *line, void *userdata)
{
	struct stack *stack = userdata;
	char *type, *control, *module, *arguments;

	split_pam(line, &type, &control, &module, &arguments);
	if (stack->verdict != SILENT)
		return;
	if (streq(type, "@include"))
		read_stack(audit, control, stack);
	else if (!streq(type, "account") && !streq(type, "-account"))
		return;
	else if (streq(control, "include") || streq(control, "substack"))
		read_stack(audit, module, stack);
	else if (streq(control, "sufficient"))
		stack->verdict = PERMITS; /* perhaps: what follows may never be asked */
	else if (strstr(module, "pam_succeed_if.so") && strstr(arguments, PAM_LINE) &&
		 strstr(control, "success=die"))
		stack->verdict = REFUSES;
	else if (strstr(module, "pam_access.so") && !strstr(arguments, "accessfile=") &&
		 strncmp(control, "requi", 5) == 0)
		stack->verdict = ask_access(audit) == REFUSES ? REFUSES : SILENT;
}

/* A file of PAM and those that it includes. */
static void read_stack(struct audit *audit, const char *name, struct stack *stack)
{
	char path[PATH_MAX];

	if (stack->depth >= DEPTH_MAX || strchr(name, '/'))
		return;
	stack->depth++;
	(void)snprintf(path, sizeof(path), "/etc/pam.d/%s", name);
	audit_lines(audit, path, see_pam, stack);
	stack->depth--;
}

/* Does PAM refuse the account's jobs? */
static bool pam_refuses(struct audit *audit, const struct queue *queue)
{
	for (const char *const *service = queue->services; *service; service++) {
		struct stack stack = { .depth = 0 };

		read_stack(audit, *service, &stack);
		if (stack.verdict == REFUSES)
			return true;
	}
	return false;
}

/* Do the lists? Where there is one of those who may, that of those who may not does not count. */
static bool list_refuses(struct audit *audit, const struct queue *queue)
{
	if (audit_exists(audit, queue->allow))
		return !audit_has_word(audit, queue->allow, FIRSTBOOT_USER);
	return audit_has_word(audit, queue->deny, FIRSTBOOT_USER);
}

/* No job of the account's is run. */
static void check_jobs(struct audit *audit)
{
	for (size_t i = 0; i < ARRAY_SIZE(queues); i++)
		if (audit_exists(audit, queues[i].program) && !pam_refuses(audit, &queues[i]) &&
			!list_refuses(audit, &queues[i]))
			audit_found(audit, _("Jobs of \"%s\" are run: %s."), FIRSTBOOT_USER,
				queues[i].program);
}

/* Nothing of the account's starts with the machine. */
static void check_linger(struct audit *audit)
{
	static const char path[] = "/var/lib/systemd/linger/" FIRSTBOOT_USER;

	if (audit_exists(audit, path))
		audit_found(
			audit, _("%s starts the account's own services with the machine."), path);
}

const struct audit_rule audit_jobs_rules[] = {
	{ "account-jobs",
		N_("On Debian: pam-auth-update --enable firstboot. On Red Hat: "
		   "/etc/security/access.d/50-firstboot.conf of the package, and pam_access.so in "
		   "/etc/pam.d/crond and atd. Or the name in /etc/cron.deny and /etc/at.deny."),
		check_jobs },
	{ "account-linger", "rm /var/lib/systemd/linger/" FIRSTBOOT_USER, check_linger },
	{ 0 },
};
