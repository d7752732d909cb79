/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A call of firstboot-prober that is not answered yet, with what is done for it. */

#include "prober_service.h"

struct inquiry {
	struct prober *prober;
	struct inquiry *next;
	sd_bus_message *call;
	void *work; /* of the module that finds the answer */
	void (*free_work)(void *work);
};

/* May the sender ask (now)? Then *ret is the inquiry, to be given its work or freed. Negative with
 * the reason in error where it may not. */
int inquiry_new(
	struct prober *prober, sd_bus_message *call, sd_bus_error *error, struct inquiry **ret);

/* Forget it and its work. */
void inquiry_free(struct inquiry *inquiry);

/* Answer with the arguments that types describe, and free it. */
void inquiry_answer(struct inquiry *inquiry, const char *types, ...);

/* Answer with a reply that is made already, and free it. */
void inquiry_send(struct inquiry *inquiry, sd_bus_message *reply);

/* Answer with a negative errno, and free it. */
void inquiry_fail(struct inquiry *inquiry, int error);
