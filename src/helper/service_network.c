/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A network change: put into force, then kept by Confirm, or taken back by Revert, by time, or by
 * the end of the process. */

#include <errno.h>
#include <sys/random.h>

#include "i18n.h"
#include "names.h"
#include "request.h"
#include "service.h"
#include "util.h"

#define USEC_PER_SEC 1000000ULL

/* No change waits any more. */
static void forget_change(struct service *service)
{
	service->change.id = 0;
	service->change.timer = sd_event_source_disable_unref(service->change.timer);
}

/* The old settings are back; nobody waits for the answer. */
static void handle_expired_taken_back(const struct apply_result *result, void *userdata)
{
	(void)fprintf(stderr, "<5>A network change was not confirmed and is taken back.\n");
}

/* Nobody has confirmed. */
static int handle_deadline(sd_event_source *source, uint64_t usec, void *userdata)
{
	struct service *service = userdata;
	int r;

	forget_change(service);
	r = service->network->take_back(&service->apply, handle_expired_taken_back, service);
	if (r < 0)
		(void)fprintf(
			stderr, "<3>A network change could not be taken back: %s.\n", strerror(-r));
	return 0;
}

/* How long a change still waits, usec. */
static uint64_t time_left(const struct service *service)
{
	uint64_t now = service_now();

	if (service->change.id == 0 || service->change.deadline <= now)
		return 0;
	return service->change.deadline - now;
}

/* Let a change wait for Confirm. */
static int await_confirmation(struct service *service)
{
	int r;

	if (getrandom(&service->change.id, sizeof(service->change.id), 0) !=
		sizeof(service->change.id))
		return -EIO;
	service->change.id |= 1;
	service->change.deadline = service_now() + service->confirm_usec;
	(void)strcpy(service->change.ifname, service->apply.pending.ifname);
	r = sd_event_add_time_relative(service->event, &service->change.timer, CLOCK_BOOTTIME,
		service->confirm_usec, 0, handle_deadline, service);
	if (r < 0)
		forget_change(service);
	return r;
}

/* The change is in force, or was taken back. */
static void handle_tried(const struct apply_result *result, void *userdata)
{
	struct service *service = userdata;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	if (!result->ok) {
		service_answer_error(service, BUS_ERROR_FAILED, result->text);
		return;
	}
	r = await_confirmation(service);
	if (r < 0) {
		(void)service->network->recover(&service->apply);
		service_answer_error(service, BUS_ERROR_FAILED,
			_("The network settings were not changed: there is no memory left."));
		return;
	}
	call = service_release(service);
	(void)sd_bus_reply_method_return(call, "tbts", service->change.id, (int)result->proven,
		time_left(service), result->text);
}

int method_set_network(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	_cleanup_free_ struct net_set *set = NULL, *kept = calloc(1, sizeof(*kept));
	struct service *service = userdata;
	uint32_t flags;
	int r;

	r = service_admit(service, message, NEED_EDIT, error);
	if (r < 0)
		return r;
	if (!kept)
		return -ENOMEM;
	r = request_read_network(message, kept, &set, &flags, error);
	if (r < 0)
		return r;
	if (service->change.id != 0)
		return sd_bus_error_setf(error, BUS_ERROR_BUSY,
			_("The network settings were not changed: a change of %s has not yet been "
			  "kept or taken back."),
			service->change.ifname);
	r = service->network->try(&service->apply, &set->links[0], handle_tried, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The network settings of %s were not changed: %s."), set->links[0].ifname,
			strerror(-r));
	service_hold(service, message);
	return 1;
}

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

/* The change is kept, or was not. */
static void handle_kept(const struct apply_result *result, void *service)
{
	if (result->ok && result->text[0])
		(void)fprintf(stderr, "<4>%s\n", result->text);
	service_answer_result(result, service);
}

int method_confirm(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = admit_end(service, message, error);
	if (r < 0)
		return r;
	r = service->network->keep(&service->apply, handle_kept, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The network settings of %s were not kept: %s. They stay in force for "
			  "now, and are taken back in %u s."),
			service->change.ifname, strerror(-r),
			(unsigned)(time_left(service) / USEC_PER_SEC));
	forget_change(service);
	service_hold(service, message);
	return 1;
}

int method_revert(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = admit_end(service, message, error);
	if (r < 0)
		return r;
	r = service->network->take_back(&service->apply, service_answer_result, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The network settings of %s could not be taken back: %s. A restart of "
			  "this machine takes them back."),
			service->change.ifname, strerror(-r));
	forget_change(service);
	service_hold(service, message);
	return 1;
}

int method_get_status(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r;

	r = service_admit(service, message, NEED_NOTHING, error);
	if (r < 0)
		return r;
	return sd_bus_reply_method_return(message, "ttsst", service->change.id, time_left(service),
		service->change.id != 0 ? service->change.ifname : "",
		service->edit.owner[0] ? service->edit.who : "", service->edit.since);
}

void service_abandon_change(struct service *service)
{
	if (service->change.id == 0 && !service->apply.pending.ifname[0])
		return;
	forget_change(service);
	(void)service->network->recover(&service->apply);
}
