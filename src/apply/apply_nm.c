/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * NetworkManager. A change stands in profiles in memory (/run), which hide those of the same name
 * on the disk, until it is kept. Each step asks what is there, plans the calls that are missing
 * (nm_plan.h) and makes them one after the other; a NetworkManager that ends meanwhile is waited
 * for, and asked anew. The checkpoint is for the case that we end.
 */

#include <errno.h>
#include <fcntl.h>

#include "apply.h"
#include "bus_watch.h"
#include "i18n.h"
#include "nm_call.h"
#include "nm_wait.h"
#include "usec.h"
#include "util.h"

#define SECONDS_NOT_KNOWN  900 /* for a change to wait in, where nobody has said */
#define SECONDS_MORE	   15  /* until NetworkManager goes back on its own */
#define AGAIN_USEC	   (USEC_PER_SEC / 2)
#define PROFILES_DIRECTORY "/etc/NetworkManager/system-connections"

struct nm_operation {
	struct apply *apply;
	const struct apply_change *change;
	enum nm_step step;
	apply_done_fn done;
	void *userdata;
	struct apply_result result;
	struct nm_links links;
	struct nm_plan plan;
	size_t i; /* the call that is made */
	struct nm_look *look;
	struct nm_wait *wait;
	sd_bus_slot *slot, *owner_match;
	sd_event_source *deadline, *again;
	bool waiting; /* for NetworkManager to run */
	bool late;    /* for that */
};

/* Frees a local operation. */
static void nm_operation_freep(struct nm_operation **operation)
{
	struct nm_operation *o = *operation;

	if (!o)
		return;
	nm_look_free(o->look);
	nm_wait_free(o->wait);
	sd_bus_slot_unref(o->slot);
	sd_bus_slot_unref(o->owner_match);
	sd_event_source_disable_unref(o->deadline);
	sd_event_source_disable_unref(o->again);
	nm_plan_done(&o->plan);
	nm_links_done(&o->links);
	free(o);
}

/* Answer with the result, and end. */
static int finish(struct nm_operation *operation, bool ok)
{
	_cleanup_(nm_operation_freep) struct nm_operation *owned = operation;

	owned->result.ok = ok;
	owned->done(&owned->result, owned->userdata);
	return 0;
}

/* End with a cause that is not NetworkManager's. */
static int fail(struct nm_operation *operation, int error)
{
	(void)snprintf(operation->result.text, sizeof(operation->result.text),
		_("The network settings could not be handed to NetworkManager: %s."),
		strerror(-error));
	return finish(operation, false);
}

/* NetworkManager has not come, or has gone while something was tried. */
static int fail_gone(struct nm_operation *operation)
{
	(void)snprintf(operation->result.text, sizeof(operation->result.text), "%s",
		operation->step == NM_STEP_TRY
			? _("NetworkManager ended while the network was being set up.")
			: _("NetworkManager does not run."));
	return finish(operation, false);
}

/* Begin to wait for NetworkManager, where there is time. */
static int wait_for_manager(struct nm_operation *operation)
{
	if (operation->step == NM_STEP_TRY || operation->late)
		return fail_gone(operation);
	operation->waiting = true;
	return 0;
}

static int begin(struct nm_operation *operation);

/* Half a second later. */
static int on_again(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct nm_operation *operation = userdata;

	operation->again = sd_event_source_disable_unref(operation->again);
	return begin(operation);
}

/* NetworkManager is not ready: start again in a while, as long as there is time. */
static int try_again(struct nm_operation *operation)
{
	int r;

	if (operation->late)
		return finish(operation, false);
	r = sd_event_add_time_relative(operation->apply->event, &operation->again, CLOCK_MONOTONIC,
		AGAIN_USEC, 0, on_again, operation);
	return r < 0 ? fail(operation, r) : 0;
}

/* NetworkManager came or went. */
static int on_owner_changed(sd_bus_message *signal, void *userdata, sd_bus_error *error)
{
	struct nm_operation *operation = userdata;
	const char *name, *old, *new;
	int r = sd_bus_message_read(signal, "sss", &name, &old, &new);

	if (r < 0 || !operation->waiting || !*new)
		return 0;
	operation->waiting = false;
	return begin(operation);
}

/* -- the calls ----------------------------------------------------------------------------------
 */

static int make_call(struct nm_operation *operation);

/* Has NetworkManager just been started, or the card been plugged in, so that it does not know the
 * device yet? */
static bool is_too_early(const struct nm_operation *operation, const struct nm_call *call)
{
	return call->kind == NM_CALL_ACTIVATE && !call->link->device &&
	       (operation->step != NM_STEP_TRY || if_nametoindex(call->link->ifname) > 0);
}

/* A call was refused: is there another way? */
static int handle_refusal(
	struct nm_operation *operation, struct nm_call *call, const sd_bus_error *error)
{
	if (call->to_disk && call->or_in_memory) {
		call->to_disk = false;
		return make_call(operation);
	}
	/* A card that has gone has its settings back when it comes. */
	if (call->optional || (operation->step != NM_STEP_TRY && is_too_early(operation, call) &&
				      operation->late)) {
		operation->i++;
		return make_call(operation);
	}
	nm_call_complain(call, error->message ? error->message : error->name,
		operation->result.text, sizeof(operation->result.text));
	return is_too_early(operation, call) ? try_again(operation) : finish(operation, false);
}

/* NetworkManager has answered. */
static int on_reply(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct nm_operation *operation = userdata;
	struct nm_call *call = &operation->plan.calls[operation->i];
	int r;

	operation->slot = sd_bus_slot_unref(operation->slot);
	if (nm_call_is_gone(reply))
		return wait_for_manager(operation);
	if (sd_bus_message_is_method_error(reply, NULL))
		return handle_refusal(operation, call, sd_bus_message_get_error(reply));
	r = nm_call_take(call, reply);
	if (r < 0)
		return fail(operation, r);
	operation->i++;
	return make_call(operation);
}

/* When NetworkManager goes back by itself: well after we would. */
static uint32_t checkpoint_seconds(const struct apply *apply)
{
	uint64_t confirm = apply->confirm_usec / USEC_PER_SEC;

	return (uint32_t)((confirm > 0 ? confirm : SECONDS_NOT_KNOWN) +
			  apply->network_timeout_usec / USEC_PER_SEC + SECONDS_MORE);
}

/* NetworkManager has given a link up, or has taken all that was asked of it. */
static void on_settled(const struct nm_link *failed, void *userdata)
{
	struct nm_operation *operation = userdata;

	if (failed)
		(void)snprintf(operation->result.text, sizeof(operation->result.text),
			_("NetworkManager could not set up %s with these settings; \"journalctl -u "
			  "NetworkManager\" says why."),
			failed->ifname);
	finish(operation, !failed);
}

/* What NetworkManager has written is on the disk, and what it has removed is off it. */
static int sync_profiles(void)
{
	_cleanup_close_ int fd = open(PROFILES_DIRECTORY, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? 0 : -errno;
	return syncfs(fd) < 0 ? -errno : 0;
}

/* All calls have been made. */
static int end_calls(struct nm_operation *operation)
{
	int r;

	if (operation->step == NM_STEP_TRY) {
		r = nm_wait_new(operation->apply->event, operation->apply->bus, &operation->links,
			on_settled, operation, &operation->wait);
		return r < 0 ? fail(operation, r) : 0;
	}
	r = sync_profiles();
	return r < 0 ? fail(operation, r) : finish(operation, true);
}

/* Make the next call that says something. */
static int make_call(struct nm_operation *operation)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *message = NULL;
	int r = 0;

	for (; operation->i < operation->plan.n_calls; operation->i++) {
		r = nm_call_message(operation->apply->bus, &operation->links,
			&operation->plan.calls[operation->i], checkpoint_seconds(operation->apply),
			&message);
		if (r < 0 || message)
			break;
	}
	if (r >= 0 && !message)
		return end_calls(operation);
	if (r >= 0)
		r = sd_bus_message_set_auto_start(message, 0);
	if (r >= 0)
		r = sd_bus_call_async(operation->apply->bus, &operation->slot, message, on_reply,
			operation, NM_ANSWER_USEC);
	return r < 0 ? fail(operation, r) : 0;
}

/* -- from the beginning -------------------------------------------------------------------------
 */

/* What NetworkManager has is known. */
static void on_looked(int error, void *userdata)
{
	struct nm_operation *operation = userdata;
	int r = error;

	operation->look = nm_look_free(operation->look);
	if (r == -ENOTCONN) {
		(void)wait_for_manager(operation);
		return;
	}
	if (r == -EAGAIN) {
		(void)snprintf(operation->result.text, sizeof(operation->result.text), "%s",
			_("NetworkManager does not answer."));
		(void)try_again(operation);
		return;
	}
	operation->result.text[0] = '\0';
	if (r == 0)
		r = nm_plan_make(operation->step, &operation->links, &operation->plan);
	operation->i = 0;
	if (r < 0)
		(void)fail(operation, r);
	else
		(void)make_call(operation);
}

/* Ask what is there. */
static int look(struct nm_operation *operation)
{
	int r;

	nm_plan_done(&operation->plan);
	nm_links_done(&operation->links);
	r = nm_links_make(operation->change, &operation->links);
	if (r < 0)
		return r;
	return nm_look_new(
		operation->apply->bus, &operation->links, on_looked, operation, &operation->look);
}

/* The same, from the event loop. */
static int begin(struct nm_operation *operation)
{
	int r = look(operation);

	return r < 0 ? fail(operation, r) : 0;
}

/* No NetworkManager has come, or none that does what it is told. */
static int on_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct nm_operation *operation = userdata;

	operation->late = true;
	return operation->waiting ? fail_gone(operation) : 0;
}

/* Follow NetworkManager's coming and going, and the time. */
static int watch(struct nm_operation *operation)
{
	int r = bus_watch_owner(operation->apply->bus, NM_NAME, on_owner_changed, operation,
		&operation->owner_match);

	if (r < 0)
		return r;
	return sd_event_add_time_relative(operation->apply->event, &operation->deadline,
		CLOCK_MONOTONIC, operation->apply->network_timeout_usec, 0, on_deadline, operation);
}

/* Do one of the steps. */
static int start(struct apply *apply, const struct apply_change *change, enum nm_step step,
	apply_done_fn done, void *userdata)
{
	_cleanup_(nm_operation_freep) struct nm_operation *operation =
		calloc(1, sizeof(*operation));
	int r;

	if (!operation)
		return -ENOMEM;
	operation->apply = apply;
	operation->change = change;
	operation->step = step;
	operation->done = done;
	operation->userdata = userdata;
	r = watch(operation);
	if (r >= 0)
		r = look(operation);
	if (r < 0)
		return r;
	(void)take_ptr(operation);
	return 0;
}

static int nm_try(
	struct apply *apply, const struct apply_change *change, apply_done_fn done, void *userdata)
{
	return start(apply, change, NM_STEP_TRY, done, userdata);
}

static int nm_keep(
	struct apply *apply, const struct apply_change *change, apply_done_fn done, void *userdata)
{
	return start(apply, change, NM_STEP_KEEP, done, userdata);
}

static int nm_take_back(
	struct apply *apply, const struct apply_change *change, apply_done_fn done, void *userdata)
{
	return start(apply, change, NM_STEP_TAKE_BACK, done, userdata);
}

const struct apply_network_backend apply_nm = {
	.name = "NetworkManager",
	.try_change = nm_try,
	.keep_change = nm_keep,
	.take_back = nm_take_back,
};
