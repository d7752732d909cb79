/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The account that the console logs in by itself must be good for nothing else. */

#include <errno.h>
#include <sys/stat.h>

#include "audit_parts.h"
#include "i18n.h"

#define PASSWD "/etc/passwd"
#define SHADOW "/etc/shadow"
#define SHELL  LIBEXECDIR "/firstboot-console"

/* Fields of passwd(5), shadow(5) and group(5). */
enum { PASSWD_UID = 2, PASSWD_HOME = 5, PASSWD_SHELL = 6 };
enum {
	SHADOW_HASH = 1,
	SHADOW_CHANGED = 2,
	SHADOW_MAX = 4,
	SHADOW_INACTIVE = 6,
	SHADOW_EXPIRES = 7
};
enum { GROUP_MEMBERS = 3 };

/* There is the account, and its shell is the start screen. */
static void check_account(struct audit *audit)
{
	_cleanup_free_ char *entry = audit_entry(audit, PASSWD, FIRSTBOOT_USER);
	char field[PATH_MAX];

	if (!entry) {
		audit_found(audit, _("%s has no account \"%s\"."), PASSWD, FIRSTBOOT_USER);
		return;
	}
	if (streq(audit_field(entry, PASSWD_UID, field), "0"))
		audit_found(
			audit, _("The account \"%s\" is root under another name."), FIRSTBOOT_USER);
	if (!streq(audit_field(entry, PASSWD_SHELL, field), SHELL))
		audit_found(audit, _("The login shell of \"%s\" is %s, not %s."), FIRSTBOOT_USER,
			*field ? field : "/bin/sh", SHELL);
}

/* The start screen can be run, and is no shell that chsh(1) or an FTP server would take. */
static void check_shell(struct audit *audit)
{
	char full[PATH_MAX];
	struct stat st;

	(void)snprintf(full, sizeof(full), "%s" SHELL, audit->root);
	if (stat(full, &st) < 0)
		audit_found(audit, _("%s is missing: %s."), SHELL, strerror(errno));
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 0111) != 0111)
		audit_found(audit, _("%s is no program that everybody may run."), SHELL);
	else if ((st.st_mode & (S_ISUID | S_ISGID | 022)) || st.st_uid != 0)
		audit_found(audit,
			_("%s has the mode %04o and the owner %u; it must be root's and plain."),
			SHELL, (unsigned)st.st_mode & 07777, (unsigned)st.st_uid);
	if (audit_has_word(audit, "/etc/shells", SHELL))
		audit_found(audit, _("/etc/shells lists %s."), SHELL);
}

/* No password opens it: the hash is one that nothing hashes to. */
static void check_password(struct audit *audit)
{
	_cleanup_free_ char *entry = audit_entry(audit, SHADOW, FIRSTBOOT_USER);
	char hash[PATH_MAX];

	if (!entry)
		return;
	audit_field(entry, SHADOW_HASH, hash);
	if (*hash != '!' && *hash != '*')
		audit_found(audit,
			*hash ? _("The account \"%s\" has a password in %s.")
			      : _("The account \"%s\" has an empty password in %s."),
			FIRSTBOOT_USER, SHADOW);
}

/* login -f asks for a new password when the old one is too old, and refuses an account that has
 * expired: the console would be dead. */
static void check_aging(struct audit *audit)
{
	static const struct {
		unsigned field;
		const char *name;
	} fields[] = {
		{ SHADOW_MAX, "the maximum age of the password" },
		{ SHADOW_INACTIVE, "the time until it is closed after that" },
		{ SHADOW_EXPIRES, "the day on which it expires" },
	};
	_cleanup_free_ char *entry = audit_entry(audit, SHADOW, FIRSTBOOT_USER);
	char value[PATH_MAX];

	for (size_t i = 0; entry && i < ARRAY_SIZE(fields); i++) {
		audit_field(entry, fields[i].field, value);
		if (*value && !streq(value, "-1") && !streq(value, "99999"))
			audit_found(audit, _("The account \"%s\" comes to an end: %s is %s."),
				FIRSTBOOT_USER, fields[i].name, value);
	}
	if (entry && streq(audit_field(entry, SHADOW_CHANGED, value), "0"))
		audit_found(audit, _("The password of \"%s\" must be changed at the next login."),
			FIRSTBOOT_USER);
}

/* Is the account among the members of this line of group(5)? */
static bool is_member(const char *line)
{
	char members[PATH_MAX], *rest = members;

	audit_field(line, GROUP_MEMBERS, members);
	for (char *one; (one = strsep(&rest, ","));)
		if (streq(one, FIRSTBOOT_USER))
			return true;
	return false;
}

/* It belongs to no group but its own. */
static void check_groups(struct audit *audit)
{
	_cleanup_free_ char *text = audit_read(audit, "/etc/group");
	char *rest = text, name[PATH_MAX];

	for (char *line; rest && (line = strsep(&rest, "\n"));)
		if (is_member(line))
			audit_found(audit, _("The account \"%s\" is in the group \"%s\"."),
				FIRSTBOOT_USER, audit_field(line, 0, name));
}

/* It cannot leave anything at home, and nobody has left a key there. */
static void check_home(struct audit *audit)
{
	_cleanup_free_ char *entry = audit_entry(audit, PASSWD, FIRSTBOOT_USER);
	char home[PATH_MAX], path[PATH_MAX + 32];
	struct stat st;

	if (!entry)
		return;
	audit_field(entry, PASSWD_HOME, home);
	if (snprintf(path, sizeof(path), "%s%s", audit->root, home) >= (int)sizeof(path))
		return;
	if (stat(path, &st) == 0 && (st.st_uid != 0 || (st.st_mode & 022)))
		audit_found(audit, _("The home %s of \"%s\" can be written by others than root."),
			home, FIRSTBOOT_USER);
	(void)snprintf(path, sizeof(path), "%.*s/.ssh/authorized_keys", PATH_MAX - 1, home);
	if (audit_exists(audit, path))
		audit_found(audit, _("%s lets somebody in over ssh."), path);
}

/* Note that the account is denied by this line of sshd_config. */
static void see_denial(struct audit *audit, const char *line, bool *denied)
{
	char copy[512], *rest = copy;

	(void)snprintf(copy, sizeof(copy), "%s", line);
	if (strcasecmp(strsep(&rest, " \t="), "DenyUsers") != 0)
		return;
	for (char *one; (one = strsep(&rest, " \t"));)
		if (streq(one, FIRSTBOOT_USER))
			*denied = true;
}

/* sshd_config(5): is the account denied outside of Match blocks, does the file include others? */
static void read_sshd(struct audit *audit, const char *path, bool *denied, bool *includes)
{
	_cleanup_free_ char *text = audit_read(audit, path);
	char *rest = text;

	for (char *line; rest && (line = strsep(&rest, "\n"));) {
		line += strspn(line, " \t");
		if (strncasecmp(line, "Match", 5) == 0)
			return;
		if (strncasecmp(line, "Include", 7) == 0 && strstr(line, "sshd_config.d"))
			*includes = true;
		see_denial(audit, line, denied);
	}
}

/* With a key somebody could forward ports, or use internal-sftp, through any account with a shell.
 */
static void check_ssh(struct audit *audit)
{
	static const char *const dirs[] = { "/etc/ssh/sshd_config.d", NULL };
	_cleanup_(dropins_done) struct dropins dropins = { .n = 0 };
	bool denied = false, includes = false, ignored = false;

	if (!audit_exists(audit, "/usr/sbin/sshd"))
		return;
	read_sshd(audit, "/etc/ssh/sshd_config", &denied, &includes);
	if (includes && dropins_find(audit->root, dirs, ".conf", NULL, NULL, &dropins) < 0)
		audit->r = -ENOMEM;
	for (size_t i = 0; i < dropins.n; i++)
		read_sshd(audit, dropins.paths[i], &denied, &ignored);
	if (!denied)
		audit_found(audit, _("sshd would let \"%s\" in: no DenyUsers names it."),
			FIRSTBOOT_USER);
}

/* A person at the keyboard may restart the machine, and linger, as far as polkit is concerned. Of
 * two rules of one name the one in /etc counts. */
static void check_polkit(struct audit *audit)
{
	static const char *const paths[] = { "/etc/polkit-1/rules.d/10-firstboot.rules",
		"/usr/share/polkit-1/rules.d/10-firstboot.rules" };
	_cleanup_free_ char *rule = NULL;

	if (!audit_exists(audit, "/usr/lib/polkit-1/polkitd"))
		return;
	for (size_t i = 0; i < ARRAY_SIZE(paths) && !rule; i++)
		rule = audit_read(audit, paths[i]);
	if (!rule || !strstr(rule, "\"" FIRSTBOOT_USER "\"") || !strstr(rule, "polkit.Result.NO"))
		audit_found(audit, "%s", _("There is no polkit rule for the account."));
}

/* Does this file of sudo's name the account? */
static void see_sudo(struct audit *audit, const char *path, void *userdata)
{
	if (audit_has_word(audit, path, FIRSTBOOT_USER))
		audit_found(audit, _("%s names \"%s\"."), path, FIRSTBOOT_USER);
}

/* Nobody has given it root by sudo. */
static void check_sudo(struct audit *audit)
{
	see_sudo(audit, "/etc/sudoers", NULL);
	audit_glob(audit, "/etc/sudoers.d/*", see_sudo, NULL);
}

const struct audit_rule audit_account_rules[] = {
	{ "account",
		N_("Run systemd-sysusers, or take the account out and let the package make it "
		   "again."),
		check_account },
	{ "account-shell", N_("Install the package again; take the program out of /etc/shells."),
		check_shell },
	{ "account-password", "usermod --password '!*' " FIRSTBOOT_USER, check_password },
	{ "account-aging",
		"chage --maxdays -1 --inactive -1 --expiredate -1 " FIRSTBOOT_USER
		", and leave the account out of what ages passwords.",
		check_aging },
	{ "account-groups", "gpasswd --delete " FIRSTBOOT_USER " GROUP", check_groups },
	{ "account-home", "Give the account the home of the package, " DATADIR "/home.",
		check_home },
	{ "account-ssh",
		"Put \"DenyUsers " FIRSTBOOT_USER
		"\" into sshd's configuration; the package has it in sshd_config.d, "
		"which /etc/ssh/sshd_config must include.",
		check_ssh },
	{ "account-polkit", N_("Install the package's 10-firstboot.rules."), check_polkit },
	{ "account-sudo", N_("Take the account out of the file."), check_sudo },
	{ 0 },
};
