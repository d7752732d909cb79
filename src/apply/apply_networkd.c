/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* systemd-networkd as a manager of links: the steps of apply.h. */

#include <errno.h>
#include <stdarg.h>

#include "i18n.h"
#include "network1.h"
#include "networkd_change.h"
#include "sentence.h"
#include "util.h"

/* One step under way. */
struct operation {
	struct networkd_plan plan;
	struct networkd_wait *wait;
	enum networkd_goal goal;
	struct apply_result result;
	apply_done_fn done;
	void *userdata;
};

static void operation_freep(struct operation **operation)
{
	if (!*operation)
		return;
	networkd_plan_done(&(*operation)->plan);
	networkd_wait_free((*operation)->wait);
	free(*operation);
}

/* Answer with the result, and end the step. */
static void operation_finish(struct operation *operation, bool ok)
{
	_cleanup_(operation_freep) struct operation *owned = operation;

	owned->result.ok = ok;
	owned->done(&owned->result, owned->userdata);
}

/* Add to the sentences of the result. */
static void _printf_(2, 3) operation_say(struct operation *operation, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	sentence_add(operation->result.text, sizeof(operation->result.text), format, args);
	va_end(args);
}

static void handle_taken(const struct networkd_result *result, void *userdata);

static int operation_new(struct apply *apply, const struct apply_change *change,
	enum networkd_goal goal, apply_done_fn done, void *userdata, struct operation **ret)
{
	_cleanup_(operation_freep) struct operation *operation = calloc(1, sizeof(*operation));
	int r;

	if (!operation)
		return -ENOMEM;
	operation->goal = goal;
	operation->done = done;
	operation->userdata = userdata;
	r = networkd_plan_init(&operation->plan, apply->root, change);
	if (r >= 0)
		r = networkd_wait_new(
			apply, &operation->plan, goal, handle_taken, operation, &operation->wait);
	if (r < 0)
		return r;
	*ret = take_ptr(operation);
	return 0;
}

/* -- networkd -----------------------------------------------------------------------------------
 */

/* Say why networkd has not taken what is tried. */
static void say_refusal(struct operation *operation, const struct networkd_result *result)
{
	const char *ifname = result->ifname;

	switch (result->outcome) {
	case NETWORKD_TAKEN:
		break;
	case NETWORKD_UNANSWERED:
		operation_say(operation,
			_("The network settings were not changed: systemd-networkd does not answer "
			  "(%s)."),
			result->file);
		break;
	case NETWORKD_NO_LINK:
		operation_say(
			operation, _("The network card %s has gone, or was not made."), ifname);
		break;
	case NETWORKD_FAILED:
		operation_say(operation,
			_("systemd-networkd could not set up %s with these settings; "
			  "\"journalctl -u systemd-networkd\" says why."),
			ifname);
		break;
	case NETWORKD_OTHER_FILE:
		if (result->file[0])
			operation_say(operation,
				_("The settings of %s were not changed: systemd-networkd follows "
				  "%s instead of ours."),
				ifname, result->file);
		else
			operation_say(operation,
				_("The settings of %s were not changed: systemd-networkd does not "
				  "manage it."),
				ifname);
		break;
	case NETWORKD_SILENT:
		operation_say(
			operation, _("systemd-networkd was not done with %s in time."), ifname);
		break;
	case NETWORKD_STOPPED:
		operation_say(
			operation, _("systemd-networkd ended while the network was being set up."));
		break;
	}
}

/* networkd follows the files, or said why not. What is on the disk is kept, or is back, all the
 * same. */
static void handle_taken(const struct networkd_result *result, void *userdata)
{
	struct operation *operation = userdata;
	bool taken = result->outcome == NETWORKD_TAKEN;

	if (operation->goal == NETWORKD_TRY)
		say_refusal(operation, result);
	else if (!taken && operation->goal == NETWORKD_KEEP)
		operation_say(operation,
			_("The network settings are kept, but systemd-networkd has not taken them "
			  "yet; it does when it is started again."));
	else if (!taken)
		operation_say(operation,
			_("The old settings are on the disk again; they come into force when "
			  "systemd-networkd is started again."));
	operation_finish(operation, taken || operation->goal != NETWORKD_TRY);
}

/* -- steps --------------------------------------------------------------------------------------
 */

/* Tell of a file that another hand has changed; it is not ours to say which is right. */
static void say_drift(struct operation *operation)
{
	const struct netfile *file = networkd_find_drift(&operation->plan);
	char path[NETWORKD_PATH_SIZE];

	if (file)
		operation_say(operation,
			_("%s is not as firstboot has written it: another hand has changed it. It "
			  "was left alone."),
			networkd_kept_path(file, path));
}

/* Let links have their own MTU again where to says none. */
static void reset_mtus(
	struct operation *operation, const struct net_set *from, const struct net_set *to)
{
	if (networkd_reset_mtus(operation->plan.root, from, to) < 0)
		operation_say(operation,
			_("The MTU stays as it is until this machine is restarted, as it could not "
			  "be set back."));
}

/* Have networkd set up a link anew, although its file is the same. */
static int reconfigure(sd_bus *bus, const char *ifname)
{
	int ifindex = (int)if_nametoindex(ifname);

	if (ifindex == 0)
		return 0;
	return sd_bus_call_method_async(bus, NULL, NETWORK1, NETWORK1_PATH, NETWORK1_MANAGER,
		"ReconfigureLink", NULL, NULL, "i", ifindex);
}

static int networkd_try(
	struct apply *apply, const struct apply_change *change, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	int r;

	r = operation_new(apply, change, NETWORKD_TRY, done, userdata, &operation);
	if (r >= 0)
		r = networkd_note_mtus(apply->root, change->old, change->new);
	if (r >= 0)
		r = networkd_write_pending(&operation->plan);
	if (r >= 0)
		r = networkd_drop_devices(
			apply->bus, change->old, change->new, NETWORKD_DROP_REMADE);
	if (r < 0)
		return r;
	reset_mtus(operation, change->old, change->new);
	r = networkd_wait_start(operation->wait);
	if (r < 0)
		return r;
	say_drift(operation);
	(void)take_ptr(operation);
	return 0;
}

static int networkd_keep(
	struct apply *apply, const struct apply_change *change, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	enum networkd_drop drop;
	int r;

	r = operation_new(apply, change, NETWORKD_KEEP, done, userdata, &operation);
	if (r < 0)
		return r;
	/* Devices that are to be made anew were not, if the change has not been tried. */
	drop = networkd_was_tried(&operation->plan) ? NETWORKD_DROP_GONE : NETWORKD_DROP_REMADE;
	r = networkd_write_kept(&operation->plan);
	if (r < 0)
		return r;
	if (networkd_drop_devices(apply->bus, change->old, change->new, drop) < 0)
		operation_say(operation,
			_("An old network device could not be removed; it goes when this machine "
			  "is restarted."));
	reset_mtus(operation, change->old, change->new);
	r = networkd_wait_start(operation->wait);
	if (r < 0)
		return r;
	(void)take_ptr(operation);
	return 0;
}

static int networkd_take_back(
	struct apply *apply, const struct apply_change *change, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	enum networkd_drop drop;
	int r;

	r = operation_new(apply, change, NETWORKD_TAKE_BACK, done, userdata, &operation);
	if (r < 0)
		return r;
	/* Before the files: they tell a process that comes after this one that it is to be done. */
	drop = networkd_was_tried(&operation->plan) ? NETWORKD_DROP_REMADE : NETWORKD_DROP_GONE;
	r = networkd_drop_devices(apply->bus, change->new, change->old, drop);
	if (r >= 0)
		r = networkd_restore(&operation->plan);
	if (r < 0)
		return r;
	reset_mtus(operation, change->new, change->old);
	r = networkd_wait_start(operation->wait);
	if (r < 0)
		return r;
	(void)take_ptr(operation);
	return 0;
}

/* networkd 252 loses the address of a lease that it gets again in the moment in which it removes
 * it, as after the Reload of keeping, and does not notice. */
static int networkd_set_up_again(
	struct apply *apply, const struct apply_change *change, apply_done_fn done, void *userdata)
{
	_cleanup_(operation_freep) struct operation *operation = NULL;
	int r;

	r = operation_new(apply, change, NETWORKD_KEEP, done, userdata, &operation);
	for (size_t i = 0; r >= 0 && i < operation->plan.new.n; i++) {
		const struct netfile *file = &operation->plan.new.files[i];

		if (!file->is_netdev && networkd_file_changes(&operation->plan, file))
			r = reconfigure(apply->bus, file->ifname);
	}
	if (r >= 0)
		r = networkd_wait_start(operation->wait);
	if (r < 0)
		return r;
	(void)take_ptr(operation);
	return 0;
}

const struct apply_network_backend apply_networkd = {
	.name = "systemd-networkd",
	.try_change = networkd_try,
	.keep_change = networkd_keep,
	.take_back = networkd_take_back,
	.set_up_again = networkd_set_up_again,
};
