/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The chain from the getty to the start screen, and what it relies on. */

#include <errno.h>
#include <fnmatch.h>
#include <fts.h>
#include <sys/stat.h>

#include "audit_parts.h"
#include "conf.h"
#include "i18n.h"
#include "wizard_order.h"

#define GETTY  LIBEXECDIR "/firstboot-getty"
#define STATE  AUDIT_STATE
#define UNITS  "/systemd/system/"
#define SHADOW "/etc/shadow"

/* The places of a unit's file, and those of its drop-ins with its template's. */
#define UNIT_FILES(unit)                                                                           \
	(const char *const[])                                                                      \
	{                                                                                          \
		"/usr/lib" UNITS unit, "/etc" UNITS unit, NULL                                     \
	}
#define UNIT_DIRS(unit)                                                                            \
	(const char *const[])                                                                      \
	{                                                                                          \
		"/etc" UNITS unit ".d", "/run" UNITS unit ".d", "/usr/lib" UNITS unit ".d",        \
			"/lib" UNITS unit ".d", NULL                                               \
	}

/* tty1 counts its own drop-ins and those of all virtual terminals. */
static const char *const tty1_dirs[] = {
	"/etc" UNITS "getty@tty1.service.d",
	"/etc" UNITS "getty@.service.d",
	"/run" UNITS "getty@tty1.service.d",
	"/run" UNITS "getty@.service.d",
	"/usr/lib" UNITS "getty@tty1.service.d",
	"/usr/lib" UNITS "getty@.service.d",
	"/lib" UNITS "getty@tty1.service.d",
	NULL,
};

/* Every getty there is. */
static const struct {
	const char *name;
	const char *const *files, *const *dirs;
} gettys[] = {
	{ "getty@tty1.service", UNIT_FILES("getty@.service"), tty1_dirs },
	{ "getty@.service", UNIT_FILES("getty@.service"), UNIT_DIRS("getty@.service") },
	{ "serial-getty@.service", UNIT_FILES("serial-getty@.service"),
		UNIT_DIRS("serial-getty@.service") },
	{ "console-getty.service", UNIT_FILES("console-getty.service"),
		UNIT_DIRS("console-getty.service") },
	{ "container-getty@.service", UNIT_FILES("container-getty@.service"),
		UNIT_DIRS("container-getty@.service") },
};

/* The start screen is what tty1 shows, whatever other drop-ins there are. */
static void check_getty(struct audit *audit)
{
	struct audit_place place = { gettys[0].files, gettys[0].dirs, "Service" };
	struct audit_value value;

	if (!audit_setting(audit, &place, "ExecStart", &value))
		audit_found(audit, "%s", _("There is no getty@.service."));
	else if (!strstr(value.text, GETTY))
		audit_found(audit, _("tty1 runs \"%s\", by %s."), value.text, value.file);
	place.section = "Unit";
	if (!audit_setting(audit, &place, "StartLimitIntervalSec", &value) ||
		!streq(value.text, "0"))
		audit_found(audit, "%s",
			_("tty1 stays dark for good after some quick restarts: "
			  "StartLimitIntervalSec= is not 0."));
}

/* Remember where credentials are let in; an empty value clears what came before. */
static void see_import(struct audit *audit, const struct audit_value *value, void *userdata)
{
	struct audit_value *import = userdata;

	if (!*value->text)
		*import = (struct audit_value){ 0 };
	else if (fnmatch("agetty.*", value->text, 0) == 0 ||
		 fnmatch("login.*", value->text, 0) == 0)
		*import = *value;
}

/* Credentials of the machine (login.noauth, agetty.autologin) give no login without a password. */
static void check_credentials(struct audit *audit)
{
	for (size_t i = 0; i < ARRAY_SIZE(gettys); i++) {
		struct audit_place place = { gettys[i].files, gettys[i].dirs, "Service" };
		struct audit_value import = { 0 };

		audit_settings(audit, &place, "ImportCredential", see_import, &import);
		if (*import.file)
			audit_found(audit, _("%s takes orders from credentials, by %s."),
				gettys[i].name, import.file);
	}
}

/* Does a getty started so log somebody in without a password? Other words than agetty's are a
 * program in its place. */
static bool is_autologin(const char *command)
{
	static const char *const words[] = { "autologin", " -a ", "login -f", "-f root",
		"login-program", " -l " };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (strstr(command, words[i]))
			return true;
	return *command && !strstr(command, "getty");
}

/* Tell of a command that a unit of gettys has. */
static void see_command(struct audit *audit, const struct audit_value *value, void *userdata)
{
	if (is_autologin(value->text))
		audit_found(audit, _("%s logs somebody in without a password, by %s."),
			(const char *)userdata, value->file);
}

/* A unit, or a drop-in, of one terminal alone. */
static void see_instance(struct audit *audit, const char *path, void *userdata)
{
	const char *const files[] = { path, NULL }, *const dirs[] = { NULL };
	struct audit_place place = { files, dirs, "Service" };
	char name[NAME_MAX + 1];
	const char *start = strstr(path, UNITS) + strlen(UNITS);

	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(start, "/"), start);
	if (strstr(name, ".service.d"))
		name[strlen(name) - strlen(".d")] = '\0';
	if (!streq(name, gettys[0].name))
		audit_settings(audit, &place, "ExecStart", see_command, name);
}

/* Nobody else is logged in without a password, on any terminal. */
static void check_autologin(struct audit *audit)
{
	static const char *const patterns[] = { "/etc" UNITS "*getty@?*.service",
		"/etc" UNITS "*getty@?*.service.d/*.conf", "/usr/lib" UNITS "*getty@?*.service",
		"/usr/lib" UNITS "*getty@?*.service.d/*.conf" };

	for (size_t i = 0; i < ARRAY_SIZE(gettys); i++) {
		struct audit_place place = { gettys[i].files, gettys[i].dirs, "Service" };
		struct audit_value value;

		if (!audit_setting(audit, &place, "ExecStart", &value))
			continue;
		/* What tty1 has in place of the start screen is told by the rule of that. */
		if (strstr(value.text, "getty") || i > 0)
			see_command(audit, &value, (void *)gettys[i].name);
	}
	for (size_t i = 0; i < ARRAY_SIZE(patterns); i++)
		audit_glob(audit, patterns[i], see_instance, NULL);
}

/* login(1) must not run another shell where the start screen cannot be run. */
static void check_fallback(struct audit *audit)
{
	_cleanup_free_ char *text = audit_read(audit, "/etc/login.defs");
	char *rest = text;

	for (char *line; rest && (line = strsep(&rest, "\n"));) {
		char word[16];

		if (sscanf(line, " LOGIN_SHELL_FALLBACK %15s", word) == 1 &&
			strcasecmp(word, "no") != 0)
			audit_found(audit, "%s",
				_("login would start another shell where the start screen cannot "
				  "be run: LOGIN_SHELL_FALLBACK in /etc/login.defs."));
	}
}

/* The files without which firstbootd cannot be asked, or lets in whom it should not. */
static void check_files(struct audit *audit)
{
	static const char *const files[][2] = {
		{ "/usr/share/dbus-1/system.d/org.firstboot.Firstboot1.conf",
			"/etc/dbus-1/system.d/org.firstboot.Firstboot1.conf" },
		{ "/etc/pam.d/firstboot", "/usr/lib/pam.d/firstboot" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (!audit_exists(audit, files[i][0]) && !audit_exists(audit, files[i][1]))
			audit_found(audit, _("%s is missing."), files[i][0]);
}

/* Whose machine it is stands in a file that only root can write; without it, it is somebody's. */
static void check_claim(struct audit *audit)
{
	_cleanup_free_ char *text = NULL;
	char full[PATH_MAX];
	struct stat st;

	(void)snprintf(full, sizeof(full), "%s" STATE, audit->root);
	if (lstat(full, &st) < 0) {
		audit_found(audit,
			errno == ENOENT ? _("%s is missing: nobody can set this machine up without "
					    "root's password.")
					: _("%s cannot be looked at."),
			STATE);
		return;
	}
	if (!S_ISREG(st.st_mode) || st.st_uid != 0 || (st.st_mode & 077))
		audit_found(audit, _("%s is not root's alone."), STATE);
	text = audit_read(audit, STATE);
	if (text && !streq(text, "unclaimed\n") && !streq(text, "claimed\n"))
		audit_found(audit, _("%s says neither \"unclaimed\" nor \"claimed\"."), STATE);
}

/* No password that everybody knows who has the image. */
static void check_root(struct audit *audit)
{
	_cleanup_free_ char *entry = audit_entry(audit, SHADOW, "root");
	char hash[PATH_MAX];

	if (!entry)
		return;
	if (!*audit_field(entry, 1, hash)) {
		audit_found(audit, "%s", _("root logs in without a password."));
		return;
	}
	if (*hash != '!' && *hash != '*' && audit_is_unclaimed(audit))
		audit_found(audit, "%s",
			_("root has a password before anybody has set this machine up: all copies "
			  "of the image have the same one."));
}

/* A line of firstboot.conf that was not understood. */
static void on_complaint(const char *file, int line, const char *what, void *userdata)
{
	if (line > 0)
		audit_found(userdata, "%s:%d: %s", file, line, what);
	else
		audit_found(userdata, "%s: %s", file, what);
}

/* The vendor's words are understood. */
static void check_conf(struct audit *audit)
{
	_cleanup_(conf_done) struct conf conf = { 0 };

	if (conf_load(audit->root, on_complaint, audit, &conf) < 0 ||
		wizard_order_check(audit->root, &conf, on_complaint, audit) < 0)
		audit->r = -ENOMEM;
}

/* What the vendor has closed has a price. */
static void check_shell_mode(struct audit *audit)
{
	struct conf conf;

	if (conf_load(audit->root, NULL, NULL, &conf) < 0) {
		audit->r = -ENOMEM;
		return;
	}
	if (conf.shell == SHELL_OFF)
		audit_found(audit, "%s",
			_("with Shell=off nobody logs in at this console; a machine that cannot be "
			  "reached over the network is recovered by its disk alone"));
	else if (conf.shell == SHELL_RESTRICTED)
		audit_found(audit, "%s",
			_("with Shell=restricted this console leads to no shell; what the rescue "
			  "menu cannot mend is done over ssh, or by the disk"));
	conf_done(&conf);
}

/* Everything below a path is root's, and nobody else may write it. */
static void judge_owner(struct audit *audit, const char *path)
{
	char full[PATH_MAX];
	char *const paths[] = { full, NULL };
	FTS *walk;

	(void)snprintf(full, sizeof(full), "%s%s", audit->root, path);
	walk = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_COMFOLLOW, NULL);
	for (FTSENT *entry; walk && (entry = fts_read(walk));) {
		const struct stat *st = entry->fts_statp;

		if (entry->fts_info == FTS_D || entry->fts_info == FTS_F)
			if (st->st_uid != 0 || (st->st_mode & 022))
				audit_found(audit,
					_("%s can be written by others than root (owner %u, mode "
					  "%04o)."),
					entry->fts_path + strlen(audit->root), (unsigned)st->st_uid,
					(unsigned)st->st_mode & 07777);
	}
	if (walk)
		fts_close(walk);
}

/* What root's programs believe is written by root alone. */
static void check_owner(struct audit *audit)
{
	static const char *const paths[] = { "/etc/firstboot", VENDORDIR, LIBEXECDIR, DATADIR,
		STATEDIR, "/etc/pam.d/firstboot", "/etc/ssh/sshd_config.d/50-firstboot.conf",
		"/usr/lib/systemd/system/getty@tty1.service.d" };

	for (size_t i = 0; i < ARRAY_SIZE(paths); i++)
		if (audit_exists(audit, paths[i]))
			judge_owner(audit, paths[i]);
}

const struct audit_rule audit_console_rules[] = {
	{ "getty",
		N_("Install the package's drop-in of getty@tty1.service, and take others out that "
		   "come after it."),
		check_getty },
	{ "getty-credentials",
		"Give each of these units a drop-in with \"[Service]\" and \"ImportCredential=\"; "
		"the folder " DATADIR "/hardening has them.",
		check_credentials },
	{ "getty-autologin", N_("Take --autologin out."), check_autologin },
	{ "login-fallback", N_("Set LOGIN_SHELL_FALLBACK no."), check_fallback },
	{ "service-files", N_("Install the package again."), check_files },
	{ "claim",
		"On an image: (umask 077; echo unclaimed >" STATE
		"). On a machine in use: (umask 077; echo claimed >" STATE ").",
		check_claim },
	{ "root-password", N_("usermod --password '!*' root: the customer chooses the password."),
		check_root },
	{ "configuration",
		N_("Mend the line; until then the default counts. See firstboot.conf(5) and "
		   "firstboot.steps(5)."),
		check_conf },
	{ "owner", N_("chown root: PATH; chmod go-w PATH"), check_owner },
	{ "shell", NULL, check_shell_mode },
	{ 0 },
};
