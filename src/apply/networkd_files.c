/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The files of a change: which ones, where, and how they get there and back. */

#include <errno.h>
#include <fcntl.h>

#include "atomic_file.h"
#include "networkd_change.h"
#include "util.h"

#define PENDING_DIR    "/run/systemd/network"
#define PENDING_PREFIX "04-firstboot-pending-"
#define KEPT_DIR       "/etc/systemd/network"
#define KEPT_PREFIX    "05-firstboot-"
#define ASIDE	       ".aside"
#define FILE_MAX       (64 * 1024)

/* -- which --------------------------------------------------------------------------------------
 */

int networkd_plan_init(
	struct networkd_plan *plan, const char *root, const struct apply_change *change)
{
	int r;

	*plan = (struct networkd_plan){ .root = root, .change = change };
	r = netfiles_render(change->old, &plan->old);
	if (r >= 0)
		r = netfiles_render(change->new, &plan->new);
	if (r < 0)
		networkd_plan_done(plan);
	return r;
}

void networkd_plan_done(struct networkd_plan *plan)
{
	netfiles_done(&plan->old);
	netfiles_done(&plan->new);
}

/* The file of the other set for the same link and of the same kind, or NULL. */
static const struct netfile *counterpart(const struct netfiles *files, const struct netfile *file)
{
	return netfiles_find(files, file->ifname, file->is_netdev);
}

/* Is the text of file what stands at path? */
static bool disk_has(const char *root, const char *path, const struct netfile *file)
{
	_cleanup_free_ char *text = NULL;

	return file_read(root, path, FILE_MAX, &text) >= 0 && streq(text, file->text);
}

bool networkd_file_changes(const struct networkd_plan *plan, const struct netfile *file)
{
	const struct netfile *old = counterpart(&plan->old, file);
	char path[NETWORKD_PATH_SIZE];

	if (!old || !streq(old->text, file->text))
		return true;
	if (!file->is_netdev && networkd_port_is_remade(plan->change, file->ifname))
		return true;
	if (!net_set_equal(plan->change->old, plan->change->new))
		return false;
	if (!file->is_netdev && if_nametoindex(file->ifname) > 0)
		return true;
	return !disk_has(plan->root, networkd_kept_path(file, path), file);
}

const struct netfile *networkd_find_drift(const struct networkd_plan *plan)
{
	char path[NETWORKD_PATH_SIZE];

	for (size_t i = 0; i < plan->old.n; i++) {
		const struct netfile *file = &plan->old.files[i];
		const struct netfile *new = counterpart(&plan->new, file);

		if (new && !networkd_file_changes(plan, new) &&
			!disk_has(plan->root, networkd_kept_path(file, path), file))
			return file;
	}
	return NULL;
}

/* -- where --------------------------------------------------------------------------------------
 */

static const char *suffix(const struct netfile *file)
{
	return file->is_netdev ? ".netdev" : ".network";
}

const char *networkd_pending_path(const struct networkd_plan *plan, const struct netfile *file,
	char buf[static NETWORKD_PATH_SIZE])
{
	(void)snprintf(buf, NETWORKD_PATH_SIZE, PENDING_DIR "/" PENDING_PREFIX "%s-%08x%s",
		file->ifname, plan->change->id, suffix(file));
	return buf;
}

const char *networkd_kept_path(const struct netfile *file, char buf[static NETWORKD_PATH_SIZE])
{
	(void)snprintf(buf, NETWORKD_PATH_SIZE, KEPT_DIR "/" KEPT_PREFIX "%s%s", file->ifname,
		suffix(file));
	return buf;
}

/* Where a kept file waits while it is tried to be without it. */
static const char *aside_path(const struct netfile *file, char buf[static NETWORKD_PATH_SIZE])
{
	(void)snprintf(buf, NETWORKD_PATH_SIZE, KEPT_DIR "/" KEPT_PREFIX "%s%s" ASIDE, file->ifname,
		suffix(file));
	return buf;
}

static bool has_prefix(const char *text, const char *prefix)
{
	return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool networkd_path_is_ours(const char *path)
{
	return has_prefix(path, PENDING_DIR "/" PENDING_PREFIX) ||
	       has_prefix(path, KEPT_DIR "/" KEPT_PREFIX);
}

/* Is there a file at path? */
static bool disk_has_any(const char *root, const char *path)
{
	_cleanup_close_ int fd = file_open(root, path);

	return fd >= 0;
}

bool networkd_was_tried(const struct networkd_plan *plan)
{
	char path[NETWORKD_PATH_SIZE];

	for (size_t i = 0; i < plan->new.n; i++)
		if (disk_has_any(
			    plan->root, networkd_pending_path(plan, &plan->new.files[i], path)))
			return true;
	for (size_t i = 0; i < plan->old.n; i++)
		if (disk_has_any(plan->root, aside_path(&plan->old.files[i], path)))
			return true;
	return false;
}

/* -- there --------------------------------------------------------------------------------------
 */

/* Put a kept file aside. One that is not there is none the less not there. */
static int put_aside(const struct networkd_plan *plan, const struct netfile *file)
{
	char kept[NETWORKD_PATH_SIZE], aside[NETWORKD_PATH_SIZE];
	int r;

	r = atomic_rename(plan->root, networkd_kept_path(file, kept),
		strrchr(aside_path(file, aside), '/') + 1);
	return r == -ENOENT ? 0 : r;
}

int networkd_write_pending(const struct networkd_plan *plan)
{
	char path[NETWORKD_PATH_SIZE];
	int r = 0;

	for (size_t i = 0; i < plan->new.n &&r >= 0; i++) {
		const struct netfile *file = &plan->new.files[i];

		if (networkd_file_changes(plan, file))
			r = atomic_write(plan->root, networkd_pending_path(plan, file, path),
				file->text, 0644);
	}
	for (size_t i = 0; i < plan->old.n && r >= 0; i++)
		if (!counterpart(&plan->new, &plan->old.files[i]))
			r = put_aside(plan, &plan->old.files[i]);
	return r;
}

/* Remove a pending file, of whichever try. */
static int remove_pending(int dir, const char *name, void *userdata)
{
	if (!has_prefix(name, PENDING_PREFIX))
		return 0;
	return unlinkat(dir, name, 0) < 0 && errno != ENOENT ? -errno : 0;
}

int networkd_write_kept(const struct networkd_plan *plan)
{
	char path[NETWORKD_PATH_SIZE];
	int r = 0;

	for (size_t i = 0; i < plan->new.n &&r >= 0; i++) {
		const struct netfile *file = &plan->new.files[i];

		if (networkd_file_changes(plan, file))
			r = atomic_write(
				plan->root, networkd_kept_path(file, path), file->text, 0644);
	}
	for (size_t i = 0; i < plan->old.n && r >= 0; i++) {
		const struct netfile *file = &plan->old.files[i];

		if (counterpart(&plan->new, file))
			continue;
		r = atomic_remove(plan->root, networkd_kept_path(file, path));
		if (r >= 0)
			r = atomic_remove(plan->root, aside_path(file, path));
	}
	return r < 0 ? r : folder_walk(plan->root, PENDING_DIR, remove_pending, NULL);
}

/* -- and back -----------------------------------------------------------------------------------
 */

/* Give a file that was put aside its name again. */
static int take_from_aside(const struct networkd_plan *plan, const struct netfile *file)
{
	char kept[NETWORKD_PATH_SIZE], aside[NETWORKD_PATH_SIZE];
	int r;

	r = atomic_rename(plan->root, aside_path(file, aside),
		strrchr(networkd_kept_path(file, kept), '/') + 1);
	return r == -ENOENT ? 0 : r;
}

/* Undo what keeping has already written, when it was cut off: only where the new text stands. */
static int unwrite_kept(const struct networkd_plan *plan, const struct netfile *file)
{
	const struct netfile *old = counterpart(&plan->old, file);
	char path[NETWORKD_PATH_SIZE];

	if ((old && streq(old->text, file->text)) ||
		!disk_has(plan->root, networkd_kept_path(file, path), file))
		return 0;
	return old ? atomic_write(plan->root, path, old->text, 0644)
		   : atomic_remove(plan->root, path);
}

/* A kept file that keeping has removed already, when it was cut off, and that is not aside either.
 */
static int unremove_kept(const struct networkd_plan *plan, const struct netfile *file)
{
	_cleanup_free_ char *text = NULL;
	char path[NETWORKD_PATH_SIZE];
	int r = file_read(plan->root, networkd_kept_path(file, path), FILE_MAX, &text);

	return r == -ENOENT ? atomic_write(plan->root, path, file->text, 0644) : 0;
}

/* Let networkd read the files of the ports again whose device comes back as it was. Where the disk
 * takes nothing, they find it when networkd is started again. */
static void renew_ports(const struct networkd_plan *plan)
{
	char path[NETWORKD_PATH_SIZE];

	for (size_t i = 0; i < plan->old.n; i++) {
		const struct netfile *file = &plan->old.files[i];

		if (!file->is_netdev && networkd_port_is_remade(plan->change, file->ifname) &&
			disk_has(plan->root, networkd_kept_path(file, path), file))
			(void)atomic_write(plan->root, path, file->text, 0644);
	}
}

int networkd_restore(const struct networkd_plan *plan)
{
	int r = 0;

	for (size_t i = 0; i < plan->old.n && r >= 0; i++) {
		const struct netfile *file = &plan->old.files[i];

		if (counterpart(&plan->new, file))
			continue;
		r = take_from_aside(plan, file);
		if (r >= 0)
			r = unremove_kept(plan, file);
	}
	for (size_t i = 0; i < plan->new.n &&r >= 0; i++)
		r = unwrite_kept(plan, &plan->new.files[i]);
	if (r >= 0)
		renew_ports(plan);
	return r < 0 ? r : folder_walk(plan->root, PENDING_DIR, remove_pending, NULL);
}
