/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Asking several servers over IP at once, and waiting for all of them with words. It is the prober
 * that asks (prober.h): the screens have no socket of IP. */

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-bus.h>

#include "ip.h"
#include "reply.h"
#include "safe_text.h"

#define QUESTIONS_MAX 16

struct question {
	struct ip_addr addr;
	int ifindex;	   /* for link-local addresses, else 0 */
	unsigned port;	   /* TCP; 0: a name server is asked instead */
	bool answered;	   /* the answer: */
	safe_char why[80]; /* not answered: a phrase */
};

/* Ask all of them; returns when each has answered or its time is up. bus may be NULL: nobody
 * answers then. */
void questions_ask(
	sd_bus *bus, struct question *questions, size_t n, reply_paint_fn paint, void *userdata);
