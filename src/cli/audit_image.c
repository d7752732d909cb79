/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What an image must not bring along, because all its copies would share it, and who is root beside
 * root. */

#include <ctype.h>
#include <sys/stat.h>

#include "audit_parts.h"
#include "i18n.h"

/* The first fields of passwd(5) and shadow(5), and a user's home. */
enum { FIELD_NAME = 0, SHADOW_HASH = 1, PASSWD_UID = 2, PASSWD_HOME = 5 };

/* A file that makes a machine the one that it is; an empty one, and machine-id(5)'s word for none,
 * do not. */
static void see_identity(struct audit *audit, const char *path, void *userdata)
{
	char full[PATH_MAX];
	struct stat st;

	if (snprintf(full, sizeof(full), "%s%s", audit->root, path) >= (int)sizeof(full) ||
		lstat(full, &st) < 0 || !S_ISREG(st.st_mode) || st.st_size == 0)
		return;
	if (strstr(path, "machine-id")) {
		_cleanup_free_ char *id = audit_read(audit, path);

		if (id && strncmp(id, "uninitialized", 13) == 0)
			return;
	}
	audit_found(audit, _("All copies of this image have the same %s."), path);
}

/* Each machine makes its own keys, its own name and its own randomness. */
static void check_identity(struct audit *audit)
{
	static const char *const patterns[] = { "/etc/ssh/ssh_host_*_key", "/etc/machine-id",
		"/var/lib/dbus/machine-id", "/var/lib/systemd/random-seed",
		"/var/lib/systemd/credential.secret", "/boot/loader/random-seed",
		"/boot/efi/loader/random-seed", "/efi/loader/random-seed",
		"/var/lib/NetworkManager/secret_key", "/var/lib/cloud/instance/*" };

	if (!*audit->root || !audit_is_unclaimed(audit))
		return; /* a machine that runs, or has run */
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		audit_glob(audit, patterns[i], see_identity, NULL);
}

/* An account other than root's, which has a rule of its own. */
static void see_password(struct audit *audit, const char *path, int n, char *line, void *userdata)
{
	char name[PATH_MAX], hash[PATH_MAX];

	audit_field(line, FIELD_NAME, name);
	audit_field(line, SHADOW_HASH, hash);
	if (streq(name, "root") || streq(name, FIRSTBOOT_USER))
		return;
	if (!*hash && strchr(line, ':'))
		audit_found(audit, _("\"%s\" logs in without a password."), name);
	else if (*hash != '!' && *hash != '*' && audit_is_unclaimed(audit))
		audit_found(audit, _("All copies of this image have the same password of \"%s\"."),
			name);
}

/* No account has a password that everybody knows. */
static void check_passwords(struct audit *audit)
{
	audit_lines(audit, "/etc/shadow", see_password, NULL);
}

/* An account's home: a key there opens every copy. */
static void see_key(struct audit *audit, const char *path, int n, char *line, void *userdata)
{
	static const char *const names[] = { "authorized_keys", "authorized_keys2" };
	char home[PATH_MAX], key[PATH_MAX + 64];

	audit_field(line, PASSWD_HOME, home);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		(void)snprintf(key, sizeof(key), "%s/.ssh/%s", home, names[i]);
		if (audit_exists(audit, key))
			audit_found(
				audit, _("%s lets its owner into all copies of this image."), key);
	}
}

/* Nobody has a key to every copy. */
static void check_keys(struct audit *audit)
{
	if (audit_is_unclaimed(audit))
		audit_lines(audit, "/etc/passwd", see_key, NULL);
}

/* A line of sudoers(5) that asks for no password. */
static void see_nopasswd(struct audit *audit, const char *path, int n, char *line, void *userdata)
{
	if (strstr(line, "NOPASSWD") || strstr(line, "!authenticate"))
		audit_found(audit, _("%s:%d makes somebody root without a password."), path, n);
}

/* sudo(8) reads no file with a point or a tilde in its name. */
static void see_sudoers(struct audit *audit, const char *path, void *userdata)
{
	const char *name = strrchr(path, '/') + 1;

	if (!strchr(name, '.') && !strchr(name, '~'))
		audit_lines(audit, path, see_nopasswd, NULL);
}

/* Whoever becomes root types a password. */
static void check_nopasswd(struct audit *audit)
{
	see_sudoers(audit, "/etc/sudoers", NULL);
	audit_glob(audit, "/etc/sudoers.d/*", see_sudoers, NULL);
}

/* An account that is root's under another name. */
static void see_root(struct audit *audit, const char *path, int n, char *line, void *userdata)
{
	char name[PATH_MAX], uid[PATH_MAX];

	audit_field(line, FIELD_NAME, name);
	audit_field(line, PASSWD_UID, uid);
	if (!streq(name, "root") && !streq(name, FIRSTBOOT_USER) && isdigit((unsigned char)*uid) &&
		strtoul(uid, NULL, 10) == 0)
		audit_found(audit, _("\"%s\" is root under another name, by %s."), name, path);
}

/* There is one root, whose password the start screen asks for. */
static void check_roots(struct audit *audit)
{
	audit_lines(audit, "/etc/passwd", see_root, NULL);
}

const struct audit_rule audit_image_rules[] = {
	{ "image-identity",
		N_("Remove the file, and leave /etc/machine-id empty: each machine makes its own."),
		check_identity },
	{ "image-passwords", "usermod --password '!*' NAME", check_passwords },
	{ "image-keys", N_("Remove the file."), check_keys },
	{ "sudo-nopasswd", N_("Take NOPASSWD or !authenticate out of the line."), check_nopasswd },
	{ "other-roots", N_("Take the account out, or give it a number of its own."), check_roots },
	{ 0 },
};
