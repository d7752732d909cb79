/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The change under way, on disk (STATEDIR/journal): what a later process needs to end it. Written
 * whole by atomic_write(), so that it is there or not. */

#include "netconf.h"

#define JOURNAL_PATH STATEDIR "/journal"

enum journal_phase {
	JOURNAL_TRYING,	 /* ends with old */
	JOURNAL_KEEPING, /* ends with new */
};

struct journal {
	enum journal_phase phase;
	uint32_t id;
	uint64_t began;	  /* CLOCK_REALTIME, usec */
	char backend[32]; /* apply_network_backend.name */
	char origin[128];
	struct net_set *old, *new; /* owned */
};

int journal_write(const char *root, const struct journal *journal);

/* -ENOENT: no change is under way. -EINVAL: garbled, which only another hand can have done. */
int journal_read(const char *root, struct journal *ret);
int journal_remove(const char *root);
void journal_done(struct journal *journal);
