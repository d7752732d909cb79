/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The end of a change that was tried: kept, taken back, or found again by a later process. */

#include <dirent.h>
#include <errno.h>

#include "atomic_file.h"
#include "i18n.h"
#include "netfile.h"
#include "networkd.h"
#include "util.h"

/* -- keep ---------------------------------------------------------------------------------------
 */

/* networkd follows the file in /etc now, or said why not. */
static void handle_kept(const struct netwait_result *waited, void *userdata)
{
	struct operation *operation = userdata;

	if (!operation->result.text[0])
		operation_say_outcome(operation, waited);
	operation->result.proven = waited->outcome == NETWAIT_DONE;
	operation->apply->pending.ifname[0] = '\0';
	operation_finish(operation);
}

/* networkd answered the Reload of a keep. The file is written: what comes now is a remark. */
static int handle_keep_reloaded(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct operation *operation = userdata;
	const struct netwait_result stopped = { .outcome = NETWAIT_STOPPED };

	operation->slot = sd_bus_slot_unref(operation->slot);
	if (sd_bus_message_is_method_error(message, NULL) || netwait_look(operation->wait) < 0)
		handle_kept(&stopped, operation);
	return 0;
}

/* Write the file in /etc. On failure the pending one is still in force. */
static int write_kept(struct apply *apply, const char *text)
{
	char path[NETWORKD_PATH_SIZE];
	int r;

	r = atomic_write(apply->root, networkd_kept_path(apply, path), text, 0644);
	if (r < 0)
		return r;
	/* Both files say the same: should removing fail, the next start of firstbootd removes it.
	 */
	(void)atomic_remove(apply->root, networkd_pending_path(apply, path));
	return 0;
}

int networkd_keep(struct apply *apply, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	_cleanup_free_ char *text = NULL;
	char path[NETWORKD_PATH_SIZE];
	int r;

	r = netfile_render(&apply->pending, &text);
	if (r < 0)
		return r;
	r = operation_new(apply, done, userdata, &operation);
	if (r < 0)
		return r;
	r = netwait_new(apply->event, apply->bus, &apply->pending, networkd_kept_path(apply, path),
		apply->network_timeout_usec, handle_kept, operation, &operation->wait);
	if (r < 0)
		return r;
	r = write_kept(apply, text);
	if (r < 0)
		return r;
	operation->result.ok = true;
	r = apply_resolvconf(apply, &apply->pending);
	if (r < 0)
		operation_say(operation,
			_("The network settings are kept, but the DNS servers could not be "
			  "written to /etc/resolv.conf: %s."),
			strerror(-r));
	/* From here on the change is kept, whatever happens: the end of the wait answers so. */
	r = networkd_reload(apply, &operation->slot, handle_keep_reloaded, operation);
	if (r < 0)
		operation_say(operation,
			_("The network settings are kept, but systemd-networkd could not be told: "
			  "%s."),
			strerror(-r));
	(void)take_ptr(operation);
	return 0;
}

/* -- take back ----------------------------------------------------------------------------------
 */

/* networkd has been told that the change is taken back. */
static int handle_taken_back(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct operation *operation = userdata;

	operation->result.ok = true;
	if (sd_bus_message_is_method_error(message, NULL))
		operation_say(operation,
			_("The change is taken back, but systemd-networkd does not answer; the old "
			  "settings come into force when it runs again."));
	operation_finish(operation);
	return 0;
}

int networkd_take_back(struct apply *apply, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	char path[NETWORKD_PATH_SIZE];
	int r;

	r = operation_new(apply, done, userdata, &operation);
	if (r < 0)
		return r;
	r = atomic_remove(apply->root, networkd_pending_path(apply, path));
	if (r < 0)
		return r;
	r = networkd_reload(apply, &operation->slot, handle_taken_back, operation);
	if (r < 0)
		return r;
	apply->pending.ifname[0] = '\0';
	(void)take_ptr(operation);
	return 0;
}

/* -- recover ------------------------------------------------------------------------------------
 */

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

/* Remove every pending file. Returns 1 when there was one, 0 when not. */
static int remove_pending(const char *root)
{
	_cleanup_(closedirp) DIR *dir = NULL;
	char path[NETWORKD_PATH_SIZE + NAME_MAX];
	struct dirent *entry;
	int r, found = 0;

	(void)snprintf(path, sizeof(path), "%s" NETWORKD_PENDING_DIR, root);
	dir = opendir(path);
	if (!dir)
		return errno == ENOENT ? 0 : -errno;
	while (errno = 0, entry = readdir(dir)) {
		if (!networkd_is_pending(entry->d_name))
			continue;
		(void)snprintf(path, sizeof(path), NETWORKD_PENDING_DIR "/%s", entry->d_name);
		r = atomic_remove(root, path);
		if (r < 0)
			return r;
		found = 1;
	}
	return errno != 0 ? -errno : found;
}

int networkd_recover(struct apply *apply)
{
	int r = remove_pending(apply->root);

	if (r < 0)
		return r;
	apply->pending.ifname[0] = '\0';
	/* No event loop here, at the start and at the end of the process; but networkd drops the
	 * request of a connection that has gone. Where it does not run it has nothing to forget. */
	if (r > 0)
		(void)networkd_reload_and_wait(apply);
	return r;
}
