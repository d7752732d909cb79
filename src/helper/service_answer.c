/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers, those that come later among them, and the records of what they were about. */

#include <stdarg.h>

#include "names.h"
#include "safe_text.h"
#include "service.h"
#include "util.h"

void service_reply(sd_bus_message *call, const char *types, ...)
{
	va_list args;
	int r;

	va_start(args, types);
	r = sd_bus_reply_method_returnv(call, types, args);
	va_end(args);
	if (r < 0)
		(void)sd_bus_reply_method_errno(call, r, NULL);
}

void service_reply_error(sd_bus_message *call, const char *name, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = sd_bus_reply_method_errorfv(call, name, format, args);
	va_end(args);
	if (r < 0)
		(void)sd_bus_reply_method_errno(call, r, NULL);
}

void service_hold(struct service *service, sd_bus_message *message, enum record_kind kind,
	const char *old, const char *new)
{
	struct noted *noted = &service->noted;

	service->call = sd_bus_message_ref(message);
	*noted = (struct noted){ .kind = kind };
	if (kind == N_RECORD_KINDS)
		return;
	noted->caller = *service_caller(service, message);
	(void)snprintf(noted->old, sizeof(noted->old), "%s", old ? old : "");
	(void)snprintf(noted->new, sizeof(noted->new), "%s", new ? new : "");
}

void service_record_held(struct service *service, enum record_result result, const char *why)
{
	const struct noted *noted = &service->noted;

	if (noted->kind == N_RECORD_KINDS)
		return;
	record_write(&(struct record){
		.kind = noted->kind,
		.result = result,
		.caller = &noted->caller,
		.old = noted->old[0] ? noted->old : NULL,
		.new = noted->new[0] ? noted->new : NULL,
		.why = why,
	});
}

enum record_result service_judge_error(const char *name)
{
	static const char *const refusals[] = { BUS_ERROR_REFUSED, BUS_ERROR_NOT_PERMITTED,
		BUS_ERROR_WRONG_PASSWORD, BUS_ERROR_BUSY, BUS_ERROR_TOO_SOON };

	for (size_t i = 0; name && i < ARRAY_SIZE(refusals); i++)
		if (streq(name, refusals[i]))
			return RECORD_REFUSED;
	return RECORD_FAILED;
}

void service_record(struct service *service, sd_bus_message *message, enum record_kind kind,
	const char *old, const char *new, int r, const sd_bus_error *error)
{
	record_write(&(struct record){
		.kind = kind,
		.result = r >= 0 ? RECORD_DONE : service_judge_error(error->name),
		.caller = service_caller(service, message),
		.old = old,
		.new = new,
		.why = r >= 0 ? NULL : error->message,
	});
}

sd_bus_message *service_release(struct service *service)
{
	service->last_call = service_now();
	return take_ptr(service->call);
}

void service_answer(struct service *service)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = service_release(service);

	service_record_held(service, RECORD_DONE, NULL);
	service_reply(call, "");
}

void service_answer_error(struct service *service, const char *name, const char *text)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = service_release(service);
	char sentence[sizeof(((struct apply_result *)NULL)->text)];

	/* What others say in their own language may have been cut within a character. */
	(void)snprintf(sentence, sizeof(sentence), "%s", text);
	safe_utf8(sentence);
	service_record_held(service, service_judge_error(name), sentence);
	service_reply_error(call, name, "%s", sentence);
}

void service_answer_note(const struct apply_result *result, void *userdata)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *call = NULL;
	struct service *service = userdata;

	if (!result->ok) {
		service_answer_error(service, BUS_ERROR_FAILED, result->text);
		return;
	}
	service_record_held(service, RECORD_DONE, result->text);
	call = service_release(service);
	service_reply(call, "s", result->text);
}

void service_answer_result(const struct apply_result *result, void *service)
{
	if (result->ok)
		service_answer(service);
	else
		service_answer_error(service, BUS_ERROR_FAILED, result->text);
}
