/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The ticket of who has shown root's password: Authenticate gives it, Lock gives it back. Wrong
 * passwords are counted, and the next one has to wait. */

#include <errno.h>

#include "delay.h"
#include "i18n.h"
#include "logins.h"
#include "names.h"
#include "service.h"
#include "usec.h"
#include "util.h"

void service_drop_ticket(struct service *service, const char *why)
{
	if (service->auth.owner[0])
		record_write(&(struct record){
			.kind = RECORD_TICKET_DROPPED,
			.result = RECORD_DONE,
			.caller = &service->ticket_holder,
			.why = why,
		});
	auth_drop(&service->auth);
	service->ticket = sd_bus_slot_unref(service->ticket);
}

/* The connection that holds the ticket has gone. */
static int handle_ticket_gone(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	service_drop_ticket(userdata, _("Its connection has ended."));
	return 0;
}

/* Give the ticket to the sender of message. */
static int grant_ticket(struct service *service, sd_bus_message *message)
{
	int r;

	service_drop_ticket(service, _("Somebody else has shown root's password."));
	r = service_watch(service, message, handle_ticket_gone, &service->ticket);
	if (r < 0)
		return r;
	auth_grant(&service->auth, sd_bus_message_get_sender(message), service_now());
	service->ticket_holder = service->noted.caller;
	service_record_held(service, RECORD_DONE, NULL);
	return 0;
}

/* Keep the count of wrong passwords. */
static void keep_delay(struct service *service, const struct auth *auth)
{
	service->delay_unsaved = delay_save(service->apply.root, auth) < 0;
}

/* Root's password was the right one. */
static void answer_granted(struct service *service)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = service_release(service);
	int r = grant_ticket(service, call);

	keep_delay(service, &service->auth);
	if (r < 0)
		(void)sd_bus_reply_method_errno(call, r, NULL);
	else
		service_reply(call, "b", 1);
}

/* Root's password was verified, or not. */
static int handle_verified(sd_bus_message *reply, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;

	if (sd_bus_message_is_method_error(reply, NULL)) {
		auth_failed(&service->auth, service_now());
		keep_delay(service, &service->auth);
		if (sd_bus_message_is_method_error(reply, BUS_ERROR_WRONG_PASSWORD))
			service->noted.kind = RECORD_WRONG_PASSWORD;
		logins_answer_refusal(service, reply);
		return 0;
	}
	answer_granted(service);
	return 0;
}

int method_authenticate(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	struct auth failed = service->auth;
	uint64_t wait;
	int r;

	r = service_admit(service, message, NEED_TRY, error);
	if (r < 0)
		return r;
	r = service_admit_password(service, error);
	if (r < 0) {
		service_record(service, message, RECORD_TICKET_GRANTED, NULL, NULL, r, error);
		return r;
	}
	wait = auth_wait(&service->auth, service_now());
	if (wait > 0)
		return sd_bus_error_setf(error, BUS_ERROR_TOO_SOON,
			_("After a wrong password the next one is taken in %u s."),
			(unsigned)((wait + USEC_PER_SEC - 1) / USEC_PER_SEC));
	r = logins_pass_on(
		service, message, "Verify", handle_verified, RECORD_TICKET_GRANTED, error);
	if (r < 0)
		return r;
	/* Whoever has the machine end before the answer has had his try. */
	auth_failed(&failed, service_now());
	keep_delay(service, &failed);
	return r;
}

int method_lock(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	struct service *service = userdata;
	int r = service_admit(service, message, NEED_NOTHING, error);

	if (r < 0)
		return r;
	if (streq(service->auth.owner, sd_bus_message_get_sender(message)))
		service_drop_ticket(service, _("It was given back."));
	return sd_bus_reply_method_return(message, "");
}
