/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pages in their order, and what they have been told so far. Nothing on the machine changes
 * before page_apply. */

#include <stdbool.h>

#include "app.h"
#include "dialogs.h"
#include "netconf.h"
#include "review.h"
#include "secret.h"

/* The network fields as they were typed, good or not: what makes going back lose nothing. */
struct net_texts {
	char address[2][FIELD_MAX], gateway[2][FIELD_MAX]; /* IPv4, IPv6 */
	char onlink[2][FIELD_MAX]; /* a gateway that the customer insisted on */
	char dns[FIELD_MAX], domains[FIELD_MAX];
};

struct wizard {
	struct app *app;
	bool first_boot;	  /* unclaimed: every page, root's password is a must */
	bool backwards;		  /* this page was come to by going back */
	int ifindex;		  /* the interface chosen */
	struct setup now, wanted; /* what is in force, what was asked for */
	struct net_config filled; /* in force when texts were filled from it */
	bool net_touched;	  /* the network pages have been filled in */
	struct net_texts texts;
	char hostname[FIELD_MAX]; /* as typed */
	struct secret password;	  /* length 0: root's password stays */
	bool password_set;	  /* this wizard has set root's password already */
	bool completed;		  /* the appliance is claimed */
	char title[80];		  /* of the page, with its number */
};

/* One page. run() shows it until the customer leaves it. */
struct page {
	const char *name; /* as in --reconfigure NAME */
	const char *title;
	bool first_boot_only;
	bool no_return; /* there is no page to go back to */
	enum answer (*run)(struct wizard *wizard);
};

extern const struct page page_welcome, page_network, page_hostname, page_password, page_review,
	page_apply, page_done;

enum wizard_result {
	WIZARD_DONE, /* applied */
	WIZARD_LEFT, /* the customer went back out of the first page; nothing was changed */
};

/* Run the pages; names (a NULL-terminated list, or NULL for all) limits them to some of network,
 * hostname, password. wizard is all zeros at first; left before the end it keeps what was typed,
 * but no password, for the next run. */
enum wizard_result wizard_run(
	struct wizard *wizard, struct app *app, bool first_boot, const char *const *names);

/* Everything that would change, as rows for the customer; returns how many. */
size_t wizard_changes(const struct wizard *wizard, struct review_row rows[static REVIEW_ROWS_MAX]);

/* Does what was asked for differ from the interface's settings in force? */
bool wizard_changes_network(const struct wizard *wizard);

/* Does the chosen interface have a cable? */
bool wizard_has_cable(const struct wizard *wizard);
