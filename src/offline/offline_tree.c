/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which machine it is, and who sets up its links. */

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "atomic_file.h"
#include "i18n.h"
#include "offline_parts.h"
#include "rooted.h"
#include "textfile.h"

#define NETWORKD "systemd-networkd.service"
#define NM	 "NetworkManager.service"

bool offline_exists(const struct offline_tree *tree, const char *path)
{
	return rooted_type(tree->root, path) > 0;
}

/* -- units --------------------------------------------------------------------------------------
 */

/* Is the unit there, and not masked? */
static bool unit_exists(const struct offline_tree *tree, const char *unit)
{
	static const char *const folders[] = { "/etc/systemd/system", "/usr/lib/systemd/system",
		"/lib/systemd/system" };
	char path[OFFLINE_PATH_SIZE], target[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(folders); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", folders[i], unit);
		if (file_link(tree->root, path, sizeof(target), target) >= 0 &&
			streq(target, "/dev/null"))
			return false;
		if (rooted_type(tree->root, path) == S_IFREG)
			return true;
	}
	return false;
}

/* Do links, as systemctl enable makes them, have networkd started? */
static bool networkd_is_linked(const struct offline_tree *tree)
{
	static const char *const links[] = {
		"/etc/systemd/system/multi-user.target.wants/" NETWORKD,
		"/usr/lib/systemd/system/multi-user.target.wants/" NETWORKD,
	};
	char target[PATH_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(links); i++)
		if (file_link(tree->root, links[i], sizeof(target), target) >= 0)
			return true;
	return false;
}

/* Will systemd take its next start for the first one (machine-id(5)), and so heed the presets? */
static bool starts_first(const struct offline_tree *tree)
{
	_cleanup_free_ char *id = NULL;
	int r = textfile_read(tree->root, "/etc/machine-id", &id);

	return r == -ENOENT || (r >= 0 && strncmp(id, "uninitialized", 13) == 0);
}

bool offline_starts_first(const struct offline_tree *tree, const char *unit)
{
	return unit_exists(tree, unit) && starts_first(tree) && offline_preset_enables(tree, unit);
}

static void find_manager(struct offline_tree *tree)
{
	tree->networkd = (unit_exists(tree, NETWORKD) && networkd_is_linked(tree)) ||
			 offline_starts_first(tree, NETWORKD);
	tree->nm = unit_exists(tree, NM);
}

const char *offline_tree_manager(const struct offline_tree *tree)
{
	return tree->networkd ? "networkd" : tree->nm ? "NetworkManager" : "none";
}

/* -- the tree -----------------------------------------------------------------------------------
 */

bool offline_refuse(struct offline_fault *fault, enum exit_status status, const char *format, ...)
{
	va_list args;

	fault->status = status;
	va_start(args, format);
	(void)vsnprintf(fault->text, sizeof(fault->text), format, args);
	va_end(args);
	return false;
}

const char *offline_why(int error)
{
	switch (-error) {
	case ELOOP:
	case ENOTDIR:
		return _("a link or something else that is no folder is in the way, and links "
			 "are not followed there");
	case EINVAL:
		return _("it is no regular file of text");
	case EFBIG:
		return _("it is too large");
	case EAGAIN:
		return _("another program holds its lock");
	default:
		return strerror(-error);
	}
}

/* Is this the root of the machine that runs, under whatever name? */
static bool is_running_machine(const char *path)
{
	struct stat running, st;

	return stat("/", &running) == 0 && stat(path, &st) == 0 && running.st_dev == st.st_dev &&
	       running.st_ino == st.st_ino;
}

/* May its files be written? */
static bool check_writable(const struct offline_tree *tree, struct offline_fault *fault)
{
	char etc[PATH_MAX + 8];
	struct statvfs fs;

	(void)snprintf(etc, sizeof(etc), "%s/etc", tree->root);
	if (statvfs(etc, &fs) == 0 && (fs.f_flag & ST_RDONLY))
		return offline_refuse(fault, EXIT_FAILED,
			_("Nothing was changed: %s is mounted read-only."), tree->root);
	if (faccessat(AT_FDCWD, etc, W_OK | X_OK, AT_EACCESS) < 0)
		return offline_refuse(fault, EXIT_NOT_PERMITTED,
			_("Nothing was changed: this account may not write in %s/etc. Root may, "
			  "and "
			  "the owner of the tree."),
			tree->root);
	return true;
}

/* Is it the root of a machine? */
static bool check_kind(
	const char *path, const struct offline_tree *tree, struct offline_fault *fault)
{
	int type = rooted_type(tree->root, "/etc");
	char target[PATH_MAX];

	if (is_running_machine(tree->root))
		return offline_refuse(fault, EXIT_USAGE,
			_("%s is the machine that runs; leave out --root for it."), path);
	if (type != S_IFDIR)
		return offline_refuse(fault, EXIT_USAGE,
			_("There is no machine in %s: it has no folder etc."), path);
	if (file_link(tree->root, "/etc", sizeof(target), target) >= 0)
		return offline_refuse(
			fault, EXIT_USAGE, _("%s/etc is a link, which is not followed."), path);
	return true;
}

bool offline_tree_open(
	const char *path, bool write, struct offline_tree *ret, struct offline_fault *fault)
{
	struct stat st;

	*ret = (struct offline_tree){ 0 };
	if (!realpath(path, ret->root) || stat(ret->root, &st) < 0)
		return offline_refuse(
			fault, EXIT_USAGE, _("%s cannot be looked at: %s."), path, strerror(errno));
	if (!S_ISDIR(st.st_mode))
		return offline_refuse(fault, EXIT_USAGE, _("%s is no folder."), path);
	if (!check_kind(path, ret, fault) || (write && !check_writable(ret, fault)))
		return false;
	find_manager(ret);
	return true;
}
