/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What happens before the start screen: the boot loader, the kernel's command line, the initramfs,
 * rescue mode. */

#include <fnmatch.h>

#include "audit_parts.h"
#include "i18n.h"

/* What on a kernel's command line opens the machine. */
static const char *const open_words[] = {
	"systemd.debug-shell*",
	"systemd.debug_shell*",
	"rd.systemd.debug[-_]shell*",
	"systemd.set_credential*",
	"systemd.setenv=SYSTEMD_SULOGIN_FORCE=*",
	"SYSTEMD_SULOGIN_FORCE=*",
	"rd.shell",
	"rd.shell=[!0]*",
	"rd.break*",
	"break",
	"break=*",
	"init=*",
	"rdinit=*",
	"single",
	"s",
	"S",
	"1",
	"emergency",
	"rescue",
	"systemd.unit=rescue*",
	"systemd.unit=emergency*",
	"rd.systemd.unit=rescue*",
	"rd.systemd.unit=emergency*",
};

/* Does the word open the machine? Some boot loaders name the usual program 1. */
static bool is_open_word(const char *word)
{
	static const char *const usual[] = { "init=/sbin/init", "init=/lib/systemd/systemd",
		"init=/usr/lib/systemd/systemd" };

	for (size_t i = 0; i < ARRAY_SIZE(usual); i++)
		if (streq(word, usual[i]))
			return false;
	for (size_t i = 0; i < ARRAY_SIZE(open_words); i++)
		if (fnmatch(open_words[i], word, 0) == 0)
			return true;
	return false;
}

/* A file that a kernel's command line comes from, and with what a line of it begins that has words
 * of it; NULL: each. */
static const struct {
	const char *pattern;
	const char *begins;
} sources[] = {
	{ "/etc/default/grub", "GRUB_CMDLINE" },
	{ "/etc/default/grub.d/*.cfg", "GRUB_CMDLINE" },
	{ "/etc/kernel/cmdline", NULL },
	{ "/usr/lib/kernel/cmdline", NULL },
	{ "/etc/dracut.conf.d/*.conf", "kernel_cmdline" },
	{ "/boot/loader/entries/*.conf", "options" },
	{ "/boot/efi/loader/entries/*.conf", "options" },
	{ "/efi/loader/entries/*.conf", "options" },
	{ "/boot/grub/grub.cfg", "linux" },
	{ "/boot/grub2/grub.cfg", "linux" },
	{ "/boot/grub2/grubenv", "kernelopts=" },
	{ "/boot/extlinux/extlinux.conf", "append" },
};

/* Judge the words of a line that begins so. */
static void see_words(struct audit *audit, const char *path, int n, char *line, void *userdata)
{
	const char *begins = userdata;

	if (begins && strncasecmp(line, begins, strlen(begins)) != 0)
		return;
	for (char *word; (word = strsep(&line, " \t\"'"));)
		if (is_open_word(word))
			audit_found(audit, _("The kernel's command line has \"%s\", by %s."), word,
				path);
}

/* One of these files. */
static void see_source(struct audit *audit, const char *path, void *userdata)
{
	audit_lines(audit, path, see_words, userdata);
}

/* The kernel of this machine, or those that an image would start. */
static void check_kernel(struct audit *audit)
{
	if (!*audit->root)
		see_source(audit, "/proc/cmdline", NULL);
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		audit_glob(audit, sources[i].pattern, see_source, (void *)sources[i].begins);
}

/* A variable that makes sulogin(8) open a locked root's shell. */
static void see_force(struct audit *audit, const struct audit_value *value, void *userdata)
{
	if (strstr(value->text, "SYSTEMD_SULOGIN_FORCE="))
		audit_found(audit, _("%s gives root's shell without a password, by %s."),
			(const char *)userdata, value->file);
}

/* Rescue and emergency mode ask for root's password, and refuse while root is locked (sulogin(8)).
 */
static void check_rescue(struct audit *audit)
{
	static const char *const units[] = { "rescue.service", "emergency.service" };
	static const char *const system_files[] = { "/usr/lib/systemd/system.conf",
		"/etc/systemd/system.conf", NULL };
	static const char *const system_dirs[] = { "/etc/systemd/system.conf.d",
		"/usr/lib/systemd/system.conf.d", NULL };
	struct audit_place manager = { system_files, system_dirs, "Manager" };

	for (size_t i = 0; i < ARRAY_SIZE(units); i++) {
		char lib[PATH_MAX], etc[PATH_MAX], lib_dir[PATH_MAX], etc_dir[PATH_MAX];
		const char *const files[] = { lib, etc, NULL }, *const dirs[] = { etc_dir, lib_dir,
			NULL };
		struct audit_place place = { files, dirs, "Service" };

		(void)snprintf(lib, sizeof(lib), "/usr/lib/systemd/system/%s", units[i]);
		(void)snprintf(etc, sizeof(etc), "/etc/systemd/system/%s", units[i]);
		(void)snprintf(lib_dir, sizeof(lib_dir), "/usr/lib/systemd/system/%s.d", units[i]);
		(void)snprintf(etc_dir, sizeof(etc_dir), "/etc/systemd/system/%s.d", units[i]);
		audit_settings(audit, &place, "Environment", see_force, (void *)units[i]);
	}
	audit_settings(audit, &manager, "DefaultEnvironment", see_force, (void *)units[0]);
}

/* Note that a word of this file closes the initramfs. */
static void see_closed(struct audit *audit, const char *path, int n, char *line, void *userdata)
{
	bool *closed = userdata;

	for (char *word; (word = strsep(&line, " \t\"'"));)
		if (streq(word, "rd.shell=0") || strncmp(word, "panic=", 6) == 0)
			*closed = true;
}

/* One of the files that say so. */
static void see_initramfs(struct audit *audit, const char *path, void *userdata)
{
	audit_lines(audit, path, see_closed, userdata);
}

/* A root file system that is not found leads to no shell. */
static void check_initramfs(struct audit *audit)
{
	static const struct {
		const char *maker;
		const char *files[4];
	} kinds[] = {
		{ "/usr/bin/dracut", { "/etc/dracut.conf.d/*.conf", "/etc/kernel/cmdline",
					     "/etc/default/grub", "/boot/loader/entries/*.conf" } },
		{ "/usr/sbin/update-initramfs",
			{ "/etc/initramfs-tools/conf.d/*", "/etc/default/grub",
				"/etc/default/grub.d/*.cfg" } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		bool closed = false;

		if (!audit_exists(audit, kinds[i].maker))
			continue;
		for (size_t j = 0; j < ARRAY_SIZE(kinds[i].files) && kinds[i].files[j]; j++)
			audit_glob(audit, kinds[i].files[j], see_initramfs, &closed);
		if (!closed)
			audit_found(audit,
				_("A start that fails leads to a shell of root's in the initramfs "
				  "of %s."),
				kinds[i].maker);
	}
}

/* A boot loader's configuration, and whether it asks for a password. */
static void see_loader(struct audit *audit, const char *path, void *userdata)
{
	_cleanup_free_ char *text = audit_read(audit, path);

	if (text && !strstr(text, "\npassword_pbkdf2") &&
		!audit_exists(audit, "/boot/grub2/user.cfg"))
		audit_found(audit,
			_("whoever sits at the keyboard can edit the entries of %s, and is root "
			  "then"),
			path);
}

/* A password of the boot loader's is each machine's own, so that an image cannot have it. */
static void check_loader(struct audit *audit)
{
	audit_glob(audit, "/boot/grub/grub.cfg", see_loader, NULL);
	audit_glob(audit, "/boot/grub2/grub.cfg", see_loader, NULL);
}

const struct audit_rule audit_boot_rules[] = {
	{ "kernel-arguments",
		N_("Take the word out, and make the boot loader's configuration anew; "
		   "GRUB_DISABLE_RECOVERY=true leaves out the entries with \"single\"."),
		check_kernel },
	{ "rescue",
		N_("Take SYSTEMD_SULOGIN_FORCE out: with a locked root, rescue mode is to stay "
		   "closed."),
		check_rescue },
	{ "initramfs",
		"cp -a " DATADIR "/hardening/initramfs/. /etc/; update-initramfs -u -k all, or "
		"dracut --force --regenerate-all",
		check_initramfs },
	{ "boot-loader", NULL, check_loader },
	{ 0 },
};
