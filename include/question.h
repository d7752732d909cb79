/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A call of firstboot-prober that is not answered yet, with what is done for it. */

#include "prober_service.h"

struct question {
	struct prober *prober;
	struct question *next;
	sd_bus_message *call;
	void *work; /* of the module that finds the answer */
	void (*free_work)(void *work);
};

/* May the sender ask (now)? Then *ret is the question, to be given its work or freed. Negative with
 * the reason in error where it may not. */
int question_new(
	struct prober *prober, sd_bus_message *call, sd_bus_error *error, struct question **ret);

/* Forget it and its work. */
void question_free(struct question *question);

/* Answer with the arguments that types describe, and free it. */
void question_answer(struct question *question, const char *types, ...);

/* Answer with a reply that is made already, and free it. */
void question_send(struct question *question, sd_bus_message *reply);

/* Answer with a negative errno, and free it. */
void question_fail(struct question *question, int error);
