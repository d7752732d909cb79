/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The links that a run of the wizard is about, each as far as its customer has come with it. */

#include "app.h"
#include "dialogs.h"
#include "netconf.h"
#include "origin.h"
#include "problem.h"
#include "review.h"

/* The network fields as they were typed, good or not: what makes going back lose nothing. */
struct net_texts {
	char address[2][FIELD_MAX], gateway[2][FIELD_MAX]; /* IPv4, IPv6 */
	char onlink[2][FIELD_MAX]; /* a gateway that the customer insisted on */
	char dns[FIELD_MAX], domains[FIELD_MAX];
	char ntp[FIELD_MAX], mtu[FIELD_MAX], routes[FIELD_MAX];
};

struct net_draft {
	int ifindex;		    /* 0: a device that is still to be made */
	struct net_config now;	    /* in force */
	struct net_config filled;   /* in force when texts were filled from it */
	struct net_origins origins; /* of filled */
	struct net_config wanted;   /* asked for */
	struct net_texts texts;
	bool touched; /* its screens were gone through to their end: it is to be set up so */
};

struct net_drafts {
	struct net_draft *links[NET_LINKS_MAX]; /* owned */
	size_t n;
	struct net_draft *current;	       /* the one that the screens are about; NULL: none */
	struct net_set *kept;		       /* owned; what firstboot has set; NULL: not known */
	char removed[NET_LINKS_MAX][IFNAMSIZ]; /* links of kept that shall go */
	size_t n_removed;
	char advertised[IFNAMSIZ]; /* as in struct net_set */
	bool advertised_touched;   /* the customer has said so */
	char vlan[FIELD_MAX];	   /* a number as it was typed */
	struct net_device bond;	   /* a bond as it was ticked */
};

/* The draft of a link; NULL where there is none. */
struct net_draft *drafts_find(const struct net_drafts *drafts, const char *ifname);

/* Likewise; where there is none, one for the link of app that has this name, filled with what is
 * kept or in force. -ENODEV: it has gone; -ENOSPC: NET_LINKS_MAX; -ENOMEM. */
int drafts_open(struct net_drafts *drafts, const struct app *app, const char *ifname,
	struct net_draft **ret);

/* A draft for a device that is still to be made, filled with the settings of like (NULL:
 * automatic). -EEXIST: there is one; -ENOSPC, -ENOMEM. */
int drafts_add(struct net_drafts *drafts, const char *ifname, const struct net_device *device,
	const struct net_draft *like, struct net_draft **ret);

/* The name of the bond that is to have this port, kept or asked for; NULL: none. */
const char *drafts_bond_of(const struct net_drafts *drafts, const char *port);

/* Drop the draft of a device; it is taken out of what is kept, too. */
void drafts_remove(struct net_drafts *drafts, const char *ifname);

bool drafts_is_removed(const struct net_drafts *drafts, const char *ifname);

/* The settings of current are what was asked for: without what the network gives by itself, and
 * checked against all others. Its ports are set up with it alone. False: problem says why not. */
bool drafts_touch(struct net_drafts *drafts, struct problem *ret);

/* The two halves of that, for whoever knows that a value is asked for although the network gives
 * it, too. */
void drafts_settle(struct net_drafts *drafts);
bool drafts_take(struct net_drafts *drafts, struct problem *ret);

/* All that will be kept once the change is. -ENOSPC: too many links. */
int drafts_whole(const struct net_drafts *drafts, struct net_set *ret);

/* What was asked for beside what is in force, of all links and of one; returns how many rows. */
size_t drafts_rows(const struct net_drafts *drafts, struct review_row *rows, size_t max);
size_t drafts_link_rows(const struct net_drafts *drafts, const struct net_draft *draft,
	struct review_row *rows, size_t max);

/* Is there anything to be set up? */
bool drafts_touched(const struct net_drafts *drafts);

/* What is to be asked of firstbootd: the links, where they are now (0: to be made), and
 * NET_CHANGE_* flags. */
void drafts_change(const struct net_drafts *drafts, const struct app *app, struct net_set *ret,
	int ret_ifindexes[static NET_LINKS_MAX], uint32_t *ret_flags);

/* All of that is in force now. */
void drafts_applied(struct net_drafts *drafts);

/* Forget what was asked for; what is kept stays known. */
void drafts_forget(struct net_drafts *drafts);

/* Forget everything. */
void drafts_done(struct net_drafts *drafts);
