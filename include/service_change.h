/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The network change that waits to be kept (service->change): what it is about, as its records and
 * GetStatus tell it, and how long it waits. Its methods stand in service_network.c. */

#include "service.h"

/* Note its links, and what differs between the settings that are kept and new, as the customer
 * reviews it. */
void service_change_describe(struct service *service, const struct net_set *new);

/* What was tried waits for Confirm, apply.confirm_usec long, and is taken back then. -EIO, -ENOMEM:
 * it does not wait. */
int service_change_await(struct service *service);

/* How long it still waits, usec; 0: none does. */
uint64_t service_change_time_left(const struct service *service);

/* No change waits any more. */
void service_change_forget(struct service *service);

/* Likewise, and what was tried is taken back, which is recorded and told when it is done. */
void service_change_expire(struct service *service);

/* Tell the consoles that the change which waited last does so no more. */
void service_change_announce_end(struct service *service, bool ok);

/* Record that it was not kept, and who or what has ended it. */
void service_change_record_end(const struct service *service, bool ok, const char *why);
