/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "inquiry.h"

#include <errno.h>
#include <stdarg.h>
#include <time.h>

#include "caller.h"
#include "usec.h"
#include "util.h"

uint64_t prober_now(void)
{
	return usec_now(CLOCK_MONOTONIC);
}

int inquiry_new(
	struct prober *prober, sd_bus_message *call, sd_bus_error *error, struct inquiry **ret)
{
	struct inquiry *inquiry;
	uid_t uid;

	if (caller_identify(call, prober->ui_uid, &uid) < 0)
		return sd_bus_error_set(
			error, SD_BUS_ERROR_ACCESS_DENIED, "This account may not ask.");
	prober->last_call = prober_now();
	if (prober->n_inquiries >= PROBER_INQUIRIES_MAX)
		return sd_bus_error_set(
			error, SD_BUS_ERROR_LIMITS_EXCEEDED, "Too many questions at a time.");
	inquiry = calloc(1, sizeof(*inquiry));
	if (!inquiry)
		return -ENOMEM;
	*inquiry = (struct inquiry){
		.prober = prober, .next = prober->inquiries, .call = sd_bus_message_ref(call)
	};
	prober->inquiries = inquiry;
	prober->n_inquiries++;
	*ret = inquiry;
	return 0;
}

void inquiry_free(struct inquiry *inquiry)
{
	struct prober *prober = inquiry->prober;

	for (struct inquiry **p = &prober->inquiries; *p; p = &(*p)->next)
		if (*p == inquiry) {
			*p = inquiry->next;
			break;
		}
	prober->n_inquiries--;
	if (inquiry->work)
		inquiry->free_work(inquiry->work);
	sd_bus_message_unref(inquiry->call);
	free(inquiry);
}

void inquiry_answer(struct inquiry *inquiry, const char *types, ...)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	va_list ap;
	int r;

	r = sd_bus_message_new_method_return(inquiry->call, &reply);
	if (r >= 0) {
		va_start(ap, types);
		r = sd_bus_message_appendv(reply, types, ap);
		va_end(ap);
	}
	if (r < 0)
		inquiry_fail(inquiry, r);
	else
		inquiry_send(inquiry, reply);
}

void inquiry_send(struct inquiry *inquiry, sd_bus_message *reply)
{
	/* Whoever does not get it has gone. */
	(void)sd_bus_send(NULL, reply, NULL);
	inquiry->prober->last_call = prober_now();
	inquiry_free(inquiry);
}

void inquiry_fail(struct inquiry *inquiry, int error)
{
	(void)sd_bus_reply_method_errno(inquiry->call, error, NULL);
	inquiry->prober->last_call = prober_now();
	inquiry_free(inquiry);
}
