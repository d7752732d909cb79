/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The last changes of the network settings (STATEDIR/history/ID), for looking at, comparing and
 * restoring. */

#include "netconf.h"

#define HISTORY_MAX	  20
#define HISTORY_PATH_SIZE (sizeof(STATEDIR) + 40)

enum history_outcome {
	HISTORY_KEPT_PROVEN,   /* kept by itself, or by the customer, and everything answered */
	HISTORY_KEPT_UNPROVEN, /* kept although not everything was proven */
	HISTORY_TAKEN_BACK,    /* by the customer */
	HISTORY_EXPIRED,       /* nobody confirmed */
	HISTORY_FAILED,	       /* it could not be put into force */
	HISTORY_RECOVERED_OLD, /* the machine or firstbootd stopped in between: old settings */
	HISTORY_RECOVERED_NEW, /* likewise, after it was to be kept: new settings */
};

struct history_entry {
	uint64_t id;   /* grows by one with each change; 0 is none */
	uint64_t when; /* CLOCK_REALTIME, usec */
	enum history_outcome outcome;
	char origin[128];
	char summary[160]; /* "enp1s0 192.0.2.10/24", what the change was about */
};

/* Add an entry with its settings; older ones than HISTORY_MAX go. Sets entry->id. */
int history_add(const char *root, struct history_entry *entry, const struct net_set *set);

/* The file that history_add() would write next, and what it would write. Sets entry->id. Caller
 * frees. */
int history_make(const char *root, struct history_entry *entry, const struct net_set *set,
	char ret_path[static HISTORY_PATH_SIZE], char **ret_text);

/* Add to the summary what becomes of a link, as far as there is room; config NULL: it is given back
 * to the machine. */
void history_summarize(
	struct history_entry *entry, const char *ifname, const struct net_config *config);

/* The newest first; returns how many. Entries that another hand has garbled are left out. */
int history_list(const char *root, struct history_entry ret[static HISTORY_MAX]);

/* The settings of one. -ENOENT. */
int history_read(const char *root, uint64_t id, struct net_set *ret);
