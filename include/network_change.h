/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * One change of the network as the customer sees it: firstbootd tries and proves it, we ask over IP
 * what firstbootd cannot, and it is kept by itself when all of that holds. Otherwise a countdown
 * asks.
 */

#include <stdbool.h>
#include <stdint.h>

#include "app.h"
#include "progress.h"
#include "reply.h"
#include "safe_text.h"
#include "transaction.h"

#define REMARK_MAX 640

struct network_change {
	struct app *app;
	const struct net_set *set;
	uint32_t flags; /* NET_CHANGE_* */
	struct progress *progress;
	unsigned seconds; /* so long it waits for an answer; 0: as firstboot.conf says */

	/* Without a screen: the change waits until somebody else ends it, wherever they are. Called
	 * as that begins (NULL: there is a screen). interrupted: take it back as soon as it can. */
	void (*awaits)(const struct network_change *change);
	bool interrupted;
	bool alone; /* nobody is there to answer: what is not proven is kept, with a remark */

	struct reply reply; /* not kept: why */
	bool taken_back;    /* not kept: by somebody else, or nobody has answered in time */
	safe_char remark[REMARK_MAX]; /* kept: what is not well all the same, "" for nothing */

	/* of network_change.c and what is beside it */
	size_t lines[N_TRANSACTION_STEPS], dns_line, web_line;
	bool web_before[2];	     /* IPv4, IPv6: the web port answered */
	safe_char doubt[REMARK_MAX]; /* tried: what is not proven */
	uint64_t txid;		     /* the change that waits for an answer */
	struct {
		bool done;     /* nothing is to be waited for any more */
		bool is_known; /* and firstbootd has said how it ended */
		unsigned how;  /* enum change_end */
	} end;
};

/* Add the lines of the change to its progress. The first five fields have been set. */
void network_change_plan(struct network_change *change);

/* Do it, with the customer's help where it is needed. True: the settings are kept. */
bool network_change_run(struct network_change *change);

/* End the wait of one without a screen: interrupted was set. */
void network_change_wake(struct network_change *change);

/* The whole of it on screens of its own: tries again, shows root's password again, and says how it
 * ended. True: the settings are kept. */
bool network_change_show(
	struct app *app, const safe_char *title, const struct net_set *set, uint32_t flags);
