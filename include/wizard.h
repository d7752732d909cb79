/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The pages in their order, and what they have been told so far. Nothing on the machine changes
 * before page_apply. */

#include <stdbool.h>

#include "app.h"
#include "dialogs.h"
#include "login_key.h"
#include "net_drafts.h"
#include "review.h"
#include "safe_text.h"
#include "secret.h"
#include "wizard_steps.h"
#include "zone.h"

struct wizard {
	struct app *app;
	bool first_boot;       /* unclaimed: every page, root's password is a must */
	bool backwards;	       /* this page was come to by going back */
	struct net_drafts net; /* the links, as far as they have come */
	bool editing;	       /* others are kept from changing things, at the first boot */
	bool to_start;	       /* going back leads to the first page */
	const struct wizard_place *place; /* of this page; what follows the review has none */
	struct wizard_step *step;	  /* likewise: a vendor's; NULL: one of ours */
	struct wizard_steps *steps;	  /* the vendor's part; owned */
	struct {
		char hostname[HOST_NAME_SIZE];
		char zone[ZONE_NAME_SIZE];
	} now, wanted;		  /* what is in force, what was asked for */
	char hostname[FIELD_MAX]; /* as typed */
	struct secret password;	  /* length 0: root's password stays */
	bool make_password;	  /* one is to be made (Mode=random) */
	char key[LOGIN_KEY_MAX];  /* to be added for root (Mode=key); "": none */
	bool password_set;	  /* this wizard has set root's password, or added a key, already */
	bool hurry;		  /* nothing more to be asked: to the review */
	bool completed;		  /* the appliance is claimed, by this wizard */
	bool applying;		  /* what was begun is not interrupted */
	bool overtaken;		  /* somebody else has claimed the appliance */
	bool unsafe;		  /* the network is to be set without proof */
	safe_char remark[640];	  /* applied: what is not well all the same */
	safe_char title[80];	  /* of the page, with its number */
};

/* One page. run() shows it until the customer leaves it. */
struct page {
	const char *name; /* as in --reconfigure NAME */
	const safe_char *title;
	const safe_char *purpose; /* "its name": what the first page says of it; or NULL */
	bool first_boot_only;
	bool no_return; /* there is no page to go back to */
	/* Is there anything to ask? NULL: always. */
	bool (*is_due)(const struct wizard *wizard);
	/* ANSWER_EXTRA, where wizard->place is skippable: the customer leaves it out. */
	enum answer (*run)(struct wizard *wizard);
};

extern const struct page page_welcome, page_eula, page_keyboard, page_network, page_hostname,
	page_time, page_password, page_ssh_keys, page_step, page_review, page_apply, page_done;

enum wizard_result {
	WIZARD_DONE, /* applied */
	WIZARD_LEFT, /* the customer went back out of the first page; nothing was changed */
};

/* Run the pages that firstboot.conf has; names (a NULL-terminated list, or NULL for all) has others
 * instead: of ours or of a vendor's steps. wizard is all zeros at first; left before the end it
 * keeps what was typed, but no password, for the next run and until wizard_done(). */
enum wizard_result wizard_run(
	struct wizard *wizard, struct app *app, bool first_boot, const char *const *names);

/* Forget what an earlier run has left; wizard may be used again. */
void wizard_done(struct wizard *wizard);

/* The appliance is somebody's (app_on_claim(), userdata is the wizard of the first boot): unless it
 * was this wizard, what it asks for is of no use any more, and the customer is led back to the
 * start screen, though never out of what is being applied. wizard->overtaken says so there. */
void wizard_claimed(void *userdata);

/* Has this name a page that wizard_run() takes? */
bool wizard_has_page(const char *name);

/* What the pages are for that this run will ask, in their order: called for each. */
void wizard_tell_purposes(const struct wizard *wizard,
	void (*tell)(const safe_char *purpose, void *userdata), void *userdata);

/* Everything that would change, as rows for the customer; returns how many. */
size_t wizard_changes(const struct wizard *wizard, struct review_row rows[static REVIEW_ROWS_MAX]);

/* Does what was asked for of this link differ from what is in force? */
bool wizard_changes_link(const struct wizard *wizard, const struct net_draft *draft);

/* Does what was asked for differ from the settings of the links in force? */
bool wizard_changes_network(const struct wizard *wizard);

/* A link to be set up that has no cable; NULL: all have theirs. */
const struct net_draft *wizard_without_cable(const struct wizard *wizard);
