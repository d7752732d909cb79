/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The links that a run of the wizard is about, each as far as its customer has come with it. */

#include "app.h"
#include "dialogs.h"
#include "netconf.h"

/* The network fields as they were typed, good or not: what makes going back lose nothing. */
struct net_texts {
	char address[2][FIELD_MAX], gateway[2][FIELD_MAX]; /* IPv4, IPv6 */
	char onlink[2][FIELD_MAX]; /* a gateway that the customer insisted on */
	char dns[FIELD_MAX], domains[FIELD_MAX];
};

struct net_draft {
	int ifindex;		  /* 0: a device that is still to be made */
	struct net_config now;	  /* in force */
	struct net_config filled; /* in force when texts were filled from it */
	struct net_config wanted; /* asked for */
	struct net_texts texts;
	bool touched; /* its screens were gone through to their end: it is to be set up so */
};

struct net_drafts {
	struct net_draft *links[NET_LINKS_MAX]; /* owned */
	size_t n;
	struct net_draft *current; /* the one that the screens are about; NULL: none */
	struct net_set *kept;	   /* owned; what firstboot has set; NULL: not known */
	char advertised[IFNAMSIZ]; /* as in struct net_set */
	bool advertised_touched;   /* the customer has said so */
};

/* The draft of a link; NULL where there is none. */
struct net_draft *drafts_find(const struct net_drafts *drafts, const char *ifname);

/* Likewise; where there is none, one for the card that app has under this ifindex, filled with what
 * is in force. -ENODEV: it has gone; -ENOSPC, -ENOMEM. */
int drafts_open(
	struct net_drafts *drafts, const struct app *app, int ifindex, struct net_draft **ret);

/* Is there anything to be set up? */
bool drafts_touched(const struct net_drafts *drafts);

/* What is to be asked of firstbootd: the links, where they are now (0: to be made), and
 * NET_CHANGE_* flags. */
void drafts_change(const struct net_drafts *drafts, const struct app *app, struct net_set *ret,
	int ret_ifindexes[static NET_LINKS_MAX], uint32_t *ret_flags);

/* All of that is in force now. */
void drafts_applied(struct net_drafts *drafts);

/* Forget everything. */
void drafts_done(struct net_drafts *drafts);
