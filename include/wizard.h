/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pages in their order, and what they have been told so far. Nothing on the machine changes
 * before page_apply. */

#include <stdbool.h>

#include "app.h"
#include "dialogs.h"
#include "netconf.h"
#include "secret.h"

struct wizard {
	struct app *app;
	bool first_boot;	  /* unclaimed: every page, root's password is a must */
	int ifindex;		  /* the interface chosen */
	struct setup now, wanted; /* what is in force, what was asked for */
	bool net_touched;	  /* the network pages have been filled in */
	struct secret password;	  /* length 0: root's password stays */
	const char *step_label;	  /* "2 of 5", for titles */
	char *result;		  /* what page_apply achieved, owned */
};

/* One page. run() shows it until the customer leaves it. */
struct page {
	const char *name; /* as in --reconfigure NAME */
	const char *title;
	bool first_boot_only;
	enum answer (*run)(struct wizard *wizard);
};

extern const struct page page_welcome, page_network, page_hostname, page_password, page_review,
	page_apply, page_done;

enum wizard_result {
	WIZARD_DONE, /* applied */
	WIZARD_LEFT, /* the customer went back out of the first page; nothing was changed */
};

/* Run the pages; names (a NULL-terminated list, or NULL for all) limits them to some of network,
 * hostname, password. */
enum wizard_result wizard_run(struct app *app, bool first_boot, const char *const *names);
