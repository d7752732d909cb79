/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* systemd-networkd: put a change into force, and take it back when that does not succeed. */

#include <errno.h>
#include <sys/random.h>

#include "atomic_file.h"
#include "i18n.h"
#include "netfile.h"
#include "networkd.h"
#include "util.h"

/* networkd has been told that the pending file is gone. */
static int handle_undone(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct operation *operation = userdata;

	if (sd_bus_message_is_method_error(message, NULL))
		operation_say(
			operation, _("The old settings are untouched, and come into force when "
				     "systemd-networkd runs again."));
	else
		operation_say(operation, _("The old settings are in force again."));
	operation_finish(operation);
	return 0;
}

/* The cause stands in result.text: take the change back, then answer. */
static void undo(struct operation *operation)
{
	struct apply *apply = operation->apply;
	char path[NETWORKD_PATH_SIZE];
	int r;

	operation->wait = netwait_free(operation->wait);
	operation->slot = sd_bus_slot_unref(operation->slot);
	r = atomic_remove(apply->root, networkd_pending_path(apply, path));
	if (r == 0)
		r = networkd_reload(apply, &operation->slot, handle_undone, operation);
	if (r >= 0) {
		apply->pending.ifname[0] = '\0';
		return;
	}
	/* What pending says is tried again when the process ends. */
	operation_say(operation,
		_("The change could not be taken back: %s. A restart of this machine takes it "
		  "back."),
		strerror(-r));
	operation_finish(operation);
}

/* The wait after a try is over. */
static void handle_tried(const struct netwait_result *waited, void *userdata)
{
	struct operation *operation = userdata;
	struct apply_result *result = &operation->result;

	operation_say_outcome(operation, waited);
	result->ok = waited->outcome == NETWAIT_DONE || waited->outcome == NETWAIT_NO_CABLE;
	result->proven = waited->outcome == NETWAIT_DONE;
	if (result->ok)
		operation_finish(operation);
	else
		undo(operation);
}

/* networkd answered the Reload of a try. */
static int handle_reloaded(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct operation *operation = userdata;
	const sd_bus_error *failure = sd_bus_message_get_error(message);

	operation->slot = sd_bus_slot_unref(operation->slot);
	if (!failure && netwait_look(operation->wait) >= 0)
		return 0;
	operation_say(operation,
		_("The network settings were not changed: systemd-networkd does not answer (%s)."),
		failure && failure->message ? failure->message : strerror(ENOMEM));
	undo(operation);
	return 0;
}

/* Put config into /run and start to wait for it. On failure the file is gone again. */
static int start_try(struct operation *operation)
{
	_cleanup_free_ char *text = NULL;
	struct apply *apply = operation->apply;
	char path[NETWORKD_PATH_SIZE];
	int r;

	if (getrandom(&apply->pending_id, sizeof(apply->pending_id), 0) !=
		sizeof(apply->pending_id))
		return -EIO;
	r = netfile_render(&apply->pending, &text);
	if (r < 0)
		return r;
	(void)networkd_pending_path(apply, path);
	r = netwait_new(apply->event, apply->bus, &apply->pending, path,
		apply->network_timeout_usec, handle_tried, operation, &operation->wait);
	if (r < 0)
		return r;
	r = atomic_write(apply->root, path, text, 0644);
	if (r == 0)
		r = networkd_reload(apply, &operation->slot, handle_reloaded, operation);
	if (r < 0)
		(void)atomic_remove(apply->root, path);
	return r;
}

/* Nobody or somebody has answered for the addresses; nothing has been changed yet. */
static void handle_probed(const struct ip_addr *taken, void *userdata)
{
	struct operation *operation = userdata;
	struct apply *apply = operation->apply;
	char addr[IP_TEXT_MAX];
	int r = 0;

	operation->probe = arp_probe_free(operation->probe);
	if (!taken)
		r = start_try(operation);
	if (!taken && r >= 0)
		return;
	if (taken)
		operation_say(operation,
			_("The address %s was not set on %s: another machine on this network uses "
			  "it already. Choose an address that is free. The old settings are still "
			  "in force."),
			ip_format(taken, addr), apply->pending.ifname);
	else
		operation_say(operation, _("The network settings of %s were not changed: %s."),
			apply->pending.ifname, strerror(-r));
	apply->pending.ifname[0] = '\0';
	operation_finish(operation);
}

static int networkd_try(
	struct apply *apply, const struct net_config *config, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	int r;

	r = operation_new(apply, done, userdata, &operation);
	if (r < 0)
		return r;
	apply->pending = *config;
	r = arp_probe_new(apply->event, config->ifname, &config->v4, handle_probed, operation,
		&operation->probe);
	if (r == 0)
		r = start_try(operation);
	if (r < 0) {
		apply->pending.ifname[0] = '\0';
		return r;
	}
	(void)take_ptr(operation);
	return 0;
}

const struct apply_old_backend apply_old_networkd = {
	.name = "systemd-networkd",
	.try = networkd_try,
	.keep = networkd_keep,
	.take_back = networkd_take_back,
	.recover = networkd_recover,
};
