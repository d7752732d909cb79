/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What callers send, read with every length checked. On a negative answer error holds a sentence
 * for the customer. */

#include <stddef.h>
#include <systemd/sd-bus.h>

#include "netconf.h"

/* The sealed memfd of a secret's size that is the one argument of message (names.h); borrowed from
 * message. What is in it is not looked at here. */
int request_take_secret(sd_bus_message *message, int *ret, sd_bus_error *error);

/* The text of a report in the memfd that is the one argument of message: at most REPORT_MAX bytes
 * of UTF-8 without control characters but ends of lines. Caller frees. */
int request_read_report(sd_bus_message *message, char **ret, sd_bus_error *error);

struct request_change {
	struct net_set *set;
	uint32_t flags;	  /* NET_CHANGE_* */
	uint32_t seconds; /* to wait for Confirm; 0: as long as the vendor says */
};
void request_change_done(struct request_change *change);

/* The arguments of SetNetwork, put into the settings that are kept (NET_CHANGE_REPLACE: in their
 * place). ret->set has passed validate_net_set(); each link that was sent has its index and name at
 * this moment, or is a device whose name is free. Caller frees it. */
int request_read_network(sd_bus_message *message, const struct net_set *kept,
	struct request_change *ret, sd_bus_error *error);
