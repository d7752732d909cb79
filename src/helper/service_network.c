/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A network change on the bus: tried by SetNetwork, then kept by Confirm, or taken back by Revert,
 * by time, or by the end of the process. What it goes through stands in transaction.h. */

#include <errno.h>

#include "i18n.h"
#include "names.h"
#include "request.h"
#include "safe_text.h"
#include "service_change.h"
#include "surroundings.h"
#include "usec.h"
#include "util.h"

/* -- SetNetwork ---------------------------------------------------------------------------------
 */

/* The change is in force, or was taken back. */
static void handle_tried(const struct apply_result *result, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	struct service *service = userdata;
	char note[sizeof(result->text)];
	int r;

	if (!result->ok) {
		service_change_forget(service);
		service_answer_error(service, BUS_ERROR_FAILED, result->text);
		return;
	}
	r = transaction_is_open(service->transaction) ? service_change_await(service) : 0;
	if (r < 0) {
		service_change_expire(service);
		service_answer_error(service, BUS_ERROR_FAILED,
			_("The network settings were not changed: there is no memory left."));
		return;
	}
	/* Without safety it is kept already. */
	if (!transaction_is_open(service->transaction))
		service->noted.kind = RECORD_NETWORK_KEPT;
	service_record_held(service, RECORD_DONE, result->text);
	call = service_release(service);
	(void)strcpy(note, result->text);
	safe_utf8(note);
	service_reply(call, "tbts", service->change.id, (int)result->proven,
		service_change_time_left(service), note);
}

int method_set_network(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	_cleanup_(request_change_done) struct request_change change = { 0 };
	int r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r < 0)
		return r;
	r = request_read_network(
		message, transaction_settings(service->transaction), &change, error);
	if (r < 0)
		return r;
	if (service->change.id != 0)
		return sd_bus_error_set(error, BUS_ERROR_BUSY,
			_("The network settings were not changed: the last change has not yet been "
			  "kept or taken back."));
	service_change_describe(service, change.set);
	(void)snprintf(service->change.maker, sizeof(service->change.maker), "%s",
		change.flags & NET_CHANGE_ASK ? sd_bus_message_get_sender(message) : "");
	service->apply.confirm_usec =
		change.seconds ? change.seconds * USEC_PER_SEC : service->confirm_usec;
	r = transaction_try(service->transaction, change.set, service_caller(service, message)->who,
		change.flags & NET_CHANGE_UNSAFE, handle_tried, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The network settings were not changed: %s."), strerror(-r));
	service_hold(
		service, message, RECORD_NETWORK_SET, service->change.old, service->change.new);
	return 1;
}

/* -- the end of a change ------------------------------------------------------------------------
 */

/* May the sender end the change that message names, and does that still wait? */
static int admit_end(struct service *service, sd_bus_message *message, sd_bus_error *error)
{
	uint64_t id;
	int r;

	r = service_admit(service, message, NEED_CHANGE, error);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "t", &id);
	if (r < 0)
		return r;
	if (id != 0 && id == service->change.id)
		return 0;
	return sd_bus_error_set(error, BUS_ERROR_REFUSED,
		_("This network change has already been kept or taken back; a change that is not "
		  "confirmed in time is taken back by itself."));
}

/* The change has come to its end, or could not and goes on to wait. */
static void handle_ended(const struct apply_result *result, void *userdata)
{
	struct service *service = userdata;

	if (!transaction_is_open(service->transaction)) {
		service_change_forget(service);
		service_change_announce_end(service, result->ok);
	} else {
		(void)sd_event_source_set_enabled(service->change.timer, SD_EVENT_ONESHOT);
	}
	service_answer_note(result, service);
}

/* The end has begun (r >= 0): nobody else begins another one meanwhile. */
static int hold_end(
	struct service *service, sd_bus_message *message, bool keeping, int r, sd_bus_error *error)
{
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The network change goes on to wait: %s."), strerror(-r));
	service->change.keeping = keeping;
	(void)sd_event_source_set_enabled(service->change.timer, SD_EVENT_OFF);
	if (keeping)
		service_hold(service, message, RECORD_NETWORK_KEPT, service->change.old,
			service->change.new);
	else
		service_hold(service, message, RECORD_NETWORK_TAKEN_BACK, service->change.new,
			service->change.old);
	return 1;
}

int method_confirm(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = admit_end(service, message, error);
	if (r < 0)
		return r;
	if (streq(service->change.maker, sd_bus_message_get_sender(message)))
		return sd_bus_error_set(error, BUS_ERROR_REFUSED,
			_("The network change goes on to wait: it was made to be kept from another "
			  "connection, with \"firstboot --confirm\"."));
	return hold_end(service, message, true,
		transaction_keep(service->transaction, handle_ended, service), error);
}

int method_revert(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = admit_end(service, message, error);
	if (r < 0)
		return r;
	return hold_end(service, message, false,
		transaction_take_back(service->transaction, false, handle_ended, service), error);
}

int method_get_status(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_NOTHING, error);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(message, "ttsst", service->change.id,
		service_change_time_left(service),
		service->change.id != 0 ? service->change.links : "",
		service->edit.owner[0] ? service->edit.who : "", service->edit.since);
}

int method_follow_leases(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_NOTHING, error);
	if (r < 0)
		return r;
	/* A change that is kept looks at the leases itself. */
	if (!service->recovering && !transaction_is_open(service->transaction))
		surroundings_follow_leases(
			&service->apply, transaction_settings(service->transaction));
	return sd_bus_reply_method_return(message, "");
}

/* -- start and end of the process ---------------------------------------------------------------
 */

/* Tell the consoles how far a change is. */
static void announce_step(enum transaction_step step, void *userdata)
{
	struct service *service = userdata;

	(void)sd_bus_emit_signal(
		service->bus, BUS_PATH, BUS_INTERFACE, "Step", "u", (uint32_t)step);
}

/* What an earlier process left has ended. */
static void handle_recovered(const struct apply_result *result, void *userdata)
{
	struct service *service = userdata;

	service->recovering = false;
	service->last_call = service_now();
	if (result->text[0])
		record_write(&(struct record){
			.kind = RECORD_NETWORK_RECOVERED,
			.result = result->ok ? RECORD_DONE : RECORD_FAILED,
			.why = result->text,
		});
}

int service_recover(struct service *service)
{
	int r;

	r = transaction_new(
		&service->apply, service->network, announce_step, service, &service->transaction);
	if (r < 0)
		return r;
	r = transaction_recover(service->transaction, handle_recovered, service);
	if (r < 0)
		return r;
	service->recovering = true;
	return 0;
}

/* Nothing is left that the next process would have to end. */
static void handle_abandoned(const struct apply_result *result, void *userdata)
{
	struct service *service = userdata;

	if (service->change.ended)
		service_change_record_end(service, true, _("firstbootd ends."));
	(void)sd_event_exit(service->event, 0);
}

int service_end(struct service *service)
{
	if (service->ending)
		return 0;
	service->ending = true;
	if (!transaction_is_open(service->transaction))
		return sd_event_exit(service->event, 0);
	service->change.ended = service->change.id != 0;
	service_change_forget(service);
	return transaction_abandon(service->transaction, handle_abandoned, service);
}
