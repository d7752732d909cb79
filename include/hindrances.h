/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What stands in the way of a restart, or is to be known before one, as sentences that name the
 * cause. */

#include <stdbool.h>
#include <systemd/sd-bus.h>

#include "service.h"
#include "util.h"

#define HINDRANCES_TEXT_MAX 480

struct hindrances {
	char blocks[300],
		notes[170]; /* what forbids it, what is only to be known; "" for nothing */
	unsigned n;
};

/* Add one, which forbids it or is only to be known. What is too much is left out. */
void hindrances_add(struct hindrances *hindrances, bool blocks, const char *format, ...)
	_printf_(3, 4);

/* All of them in one text, "" for none. */
void hindrances_join(const struct hindrances *hindrances, size_t size, char *ret);

/* Our own part: changes under way, and who edits besides the caller. */
void hindrances_add_own(
	struct hindrances *hindrances, const struct service *service, sd_bus_message *call);

/* The inhibitor locks in logind's answer to ListInhibitors that are about shutting down. */
int hindrances_add_locks(struct hindrances *hindrances, sd_bus_message *reply);

/* Who is logged in, but for the start screen and for who is asking. */
void hindrances_add_sessions(struct hindrances *hindrances, const struct service *service,
	sd_bus_message *call, const struct caller *asking);
