/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The methods that take a secret. */

#include <errno.h>

#include "i18n.h"
#include "names.h"
#include "pam_child.h"
#include "request.h"
#include "service.h"
#include "usec.h"
#include "util.h"

/* Ask for leave, read the secret, and start a PAM child that answers by done. */
static int start_pam(struct service *service, sd_bus_message *message, enum need need,
	enum pam_task task, pam_done_fn done, sd_bus_error *error)
{
	_cleanup_(request_secret_done) struct request_secret secret = { 0 };
	static const enum record_kind records[] = {
		[PAM_TASK_VERIFY] = RECORD_TICKET_GRANTED,
		[PAM_TASK_CHECK] = N_RECORD_KINDS,
		[PAM_TASK_SET] = RECORD_PASSWORD,
	};
	uint64_t wait;
	int r;

	r = service_admit(service, message, need, error);
	if (r < 0)
		return r;
	wait = task == PAM_TASK_VERIFY ? auth_wait(&service->auth, service_now()) : 0;
	if (wait > 0)
		return sd_bus_error_setf(error, BUS_ERROR_TOO_SOON,
			_("After a wrong password the next one is taken in %u s."),
			(unsigned)((wait + USEC_PER_SEC - 1) / USEC_PER_SEC));
	r = request_read_secret(message, &secret, error);
	if (r < 0)
		return r;
	r = pam_child_start(service->event, task, "root", secret.bytes, secret.length,
		service->conf->password_min_length, done, service);
	if (r < 0)
		return sd_bus_error_setf(error, BUS_ERROR_FAILED,
			_("The password could not be looked at: %s. Nothing was changed."),
			strerror(-r));
	service_hold(service, message, records[task], NULL, NULL);
	return 1;
}

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

/* Root's password was verified, or not. */
static void handle_verified(enum pam_outcome outcome, const char *text, void *userdata)
{
	struct service *service = userdata;
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	int r;

	switch (outcome) {
	case PAM_OUTCOME_OK:
		call = service_release(service);
		r = grant_ticket(service, call);
		if (r < 0)
			(void)sd_bus_reply_method_errno(call, r, NULL);
		else
			(void)sd_bus_reply_method_return(call, "b", 1);
		break;
	case PAM_OUTCOME_DENIED:
		auth_failed(&service->auth, service_now());
		service->noted.kind = RECORD_WRONG_PASSWORD;
		service_answer_error(service, BUS_ERROR_WRONG_PASSWORD, text);
		break;
	case PAM_OUTCOME_FAILED:
		auth_failed(&service->auth, service_now());
		service_answer_error(service, BUS_ERROR_FAILED, text);
		break;
	}
}

int method_authenticate(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return start_pam(userdata, message, NEED_TRY, PAM_TASK_VERIFY, handle_verified, error);
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

/* The quality of a password is known. */
static void handle_checked(enum pam_outcome outcome, const char *text, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;

	if (outcome == PAM_OUTCOME_FAILED) {
		service_answer_error(userdata, BUS_ERROR_FAILED, text);
		return;
	}
	call = service_release(userdata);
	(void)sd_bus_reply_method_return(call, "bs", outcome == PAM_OUTCOME_OK, text);
}

int method_check_password(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return start_pam(userdata, message, NEED_CHANGE, PAM_TASK_CHECK, handle_checked, error);
}

/* Root's password was set, or not. */
static void handle_password_set(enum pam_outcome outcome, const char *text, void *userdata)
{
	char sentence[600];

	if (outcome == PAM_OUTCOME_OK) {
		service_answer(userdata);
		return;
	}
	(void)snprintf(sentence, sizeof(sentence), _("Root's password was not changed. %s"), text);
	service_answer_error(userdata,
		outcome == PAM_OUTCOME_DENIED ? BUS_ERROR_REFUSED : BUS_ERROR_FAILED, sentence);
}

int method_set_root_password(sd_bus_message *message, void *userdata, sd_bus_error *error)
{
	return start_pam(userdata, message, NEED_EDIT, PAM_TASK_SET, handle_password_set, error);
}
