/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What else a person at the keyboard could do, whatever the start screen does. */

#include <errno.h>
#include <glob.h>

#include "audit_parts.h"
#include "i18n.h"

/* The directories of a configuration of systemd's, the strongest first. */
#define SYSTEMD_DIRS(name)                                                                         \
	(const char *const[])                                                                      \
	{                                                                                          \
		"/etc/" name, "/run/" name, "/usr/local/lib/" name, "/usr/lib/" name,              \
			"/lib/" name, NULL                                                         \
	}
#define SYSTEMD_FILES(name)                                                                        \
	(const char *const[])                                                                      \
	{                                                                                          \
		"/usr/lib/" name, "/etc/" name, NULL                                               \
	}

/* Alt-F2 leads to no other login. */
static void check_terminals(struct audit *audit)
{
	static const char *const keys[] = { "NAutoVTs", "ReserveVT" };
	struct audit_place place = { SYSTEMD_FILES("systemd/logind.conf"),
		SYSTEMD_DIRS("systemd/logind.conf.d"), "Login" };
	struct audit_value value;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!audit_setting(audit, &place, keys[i], &value) || !streq(value.text, "0"))
			audit_found(audit,
				_("Other virtual terminals have a login: %s= of logind.conf is not "
				  "0."),
				keys[i]);
}

/* Root's shell that somebody has left ends, whatever it was told itself. */
static void check_idle(struct audit *audit)
{
	struct audit_place place = { SYSTEMD_FILES("systemd/logind.conf"),
		SYSTEMD_DIRS("systemd/logind.conf.d"), "Login" };
	struct audit_value value;

	if (!audit_setting(audit, &place, "StopIdleSessionSec", &value) || !*value.text ||
		streq(value.text, "infinity") || streq(value.text, "0"))
		audit_found(audit, "%s",
			_("A login that somebody has left stays open: StopIdleSessionSec= of "
			  "logind.conf is not set."));
}

/* Nobody restarts the machine by three keys, not even by pressing them often. */
static void check_ctrl_alt_del(struct audit *audit)
{
	struct audit_place place = { SYSTEMD_FILES("systemd/system.conf"),
		SYSTEMD_DIRS("systemd/system.conf.d"), "Manager" };
	struct audit_value value;

	if (!audit_masked(audit, "/etc/systemd/system/ctrl-alt-del.target"))
		audit_found(audit, "%s", _("Ctrl-Alt-Del restarts this machine."));
	if (!audit_setting(audit, &place, "CtrlAltDelBurstAction", &value) ||
		!streq(value.text, "none"))
		audit_found(audit, "%s",
			_("Ctrl-Alt-Del, pressed seven times in two seconds, restarts this machine "
			  "at once: CtrlAltDelBurstAction= of system.conf is not \"none\"."));
}

/* The kernel's own keys can do no more than give the keyboard back (Alt-SysRq-R, K: bit 4). */
static void check_sysrq(struct audit *audit)
{
	struct audit_place place = { (const char *const[]){ "/etc/sysctl.conf", NULL },
		SYSTEMD_DIRS("sysctl.d"), NULL };
	struct audit_value value;
	long mask;

	if (!audit_setting(audit, &place, "kernel.sysrq", &value)) {
		audit_found(audit, "%s",
			_("Nothing limits the keys of Alt-SysRq: kernel.sysrq is not set."));
		return;
	}
	mask = strtol(value.text, NULL, 0);
	if (mask != 0 && mask != 4)
		audit_found(audit,
			_("Alt-SysRq can do more than is needed: kernel.sysrq is %ld, by %s."),
			mask, value.file);
}

/* No shell of root's without a password waits on tty9. */
static void check_debug_shell(struct audit *audit)
{
	char pattern[PATH_MAX];
	glob_t found;

	if (audit_masked(audit, "/etc/systemd/system/debug-shell.service"))
		return;
	(void)snprintf(pattern, sizeof(pattern),
		"%s/etc/systemd/system/*.wants/debug-shell.service", audit->root);
	if (glob(pattern, 0, NULL, &found) != 0)
		return;
	audit_found(audit, _("%s starts a shell of root's on tty9, without a password."),
		found.gl_pathv[0] + strlen(audit->root));
	globfree(&found);
}

const struct audit_rule audit_machine_rules[] = {
	{ "other-terminals", "cp -a " DATADIR "/hardening/terminals/. /etc/", check_terminals },
	{ "idle-logout", "cp -a " DATADIR "/hardening/idle-logout/. /etc/", check_idle },
	{ "ctrl-alt-del", "cp -a " DATADIR "/hardening/ctrl-alt-del/. /etc/", check_ctrl_alt_del },
	{ "sysrq", "cp -a " DATADIR "/hardening/sysrq/. /etc/", check_sysrq },
	{ "debug-shell", "cp -a " DATADIR "/hardening/debug-shell/. /etc/", check_debug_shell },
	{ 0 },
};
