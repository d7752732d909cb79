/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "question.h"

#include <errno.h>
#include <stdarg.h>
#include <time.h>

#include "caller.h"
#include "util.h"

uint64_t prober_now(void)
{
	struct timespec now;

	/* Cannot fail: the clock exists and the pointer is good. */
	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

int question_new(
	struct prober *prober, sd_bus_message *call, sd_bus_error *error, struct question **ret)
{
	struct question *question;
	uid_t uid;

	if (caller_identify(call, prober->ui_uid, &uid) < 0)
		return sd_bus_error_set(
			error, SD_BUS_ERROR_ACCESS_DENIED, "This account may not ask.");
	prober->last_call = prober_now();
	if (prober->n_questions >= PROBER_QUESTIONS_MAX)
		return sd_bus_error_set(
			error, SD_BUS_ERROR_LIMITS_EXCEEDED, "Too many questions at a time.");
	question = calloc(1, sizeof(*question));
	if (!question)
		return -ENOMEM;
	*question = (struct question){
		.prober = prober, .next = prober->questions, .call = sd_bus_message_ref(call)
	};
	prober->questions = question;
	prober->n_questions++;
	*ret = question;
	return 0;
}

void question_free(struct question *question)
{
	struct prober *prober = question->prober;

	for (struct question **p = &prober->questions; *p; p = &(*p)->next)
		if (*p == question) {
			*p = question->next;
			break;
		}
	prober->n_questions--;
	if (question->work)
		question->free_work(question->work);
	sd_bus_message_unref(question->call);
	free(question);
}

void question_answer(struct question *question, const char *types, ...)
{
	_cleanup_(sd_bus_message_unrefp) sd_bus_message *reply = NULL;
	va_list ap;
	int r;

	r = sd_bus_message_new_method_return(question->call, &reply);
	if (r >= 0) {
		va_start(ap, types);
		r = sd_bus_message_appendv(reply, types, ap);
		va_end(ap);
	}
	if (r < 0)
		question_fail(question, r);
	else
		question_send(question, reply);
}

void question_send(struct question *question, sd_bus_message *reply)
{
	/* Whoever does not get it has gone. */
	(void)sd_bus_send(NULL, reply, NULL);
	question->prober->last_call = prober_now();
	question_free(question);
}

void question_fail(struct question *question, int error)
{
	(void)sd_bus_reply_method_errno(question->call, error, NULL);
	question->prober->last_call = prober_now();
	question_free(question);
}
