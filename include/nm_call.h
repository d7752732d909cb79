/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The calls of a plan as messages to NetworkManager, and what its answers and refusals mean. */

#include <stdbool.h>
#include <systemd/sd-bus.h>

#include "nm_plan.h"

/* How long a call may take. */
#define NM_ANSWER_USEC (15 * 1000000ULL)

/* The message of a call. *ret is NULL where there is nothing to be said: the link has no such
 * device. checkpoint_seconds: after which NetworkManager goes back by itself. */
int nm_call_message(sd_bus *bus, const struct nm_links *links, const struct nm_call *call,
	uint32_t checkpoint_seconds, sd_bus_message **ret);

/* Take what an answer tells into the call's link. */
int nm_call_take(const struct nm_call *call, sd_bus_message *reply);

/* Add a sentence about a refusal to text. */
void nm_call_complain(const struct nm_call *call, const char *cause, char *text, size_t size);

/* Does NetworkManager not run, rather than refuse? */
bool nm_call_is_gone(sd_bus_message *reply);
