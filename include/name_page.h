/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A setting of the machine that is one of many names, such as its time zone: the page on which it
 * is chosen, by itself or in the wizard. */

#include "app.h"
#include "pick.h"
#include "reply.h"

struct name_page {
	const safe_char *title, *subject;	 /* all marked by N_() */
	const safe_char *text;			 /* the question */
	const safe_char *(*describe)(void);	 /* what is to be known before, below it; or NULL */
	const safe_char *label, *hint, *unknown; /* as in struct pick */
	const safe_char *missing;		 /* a sentence: there is none to choose from */
	const safe_char *working;		 /* while it is being set */
	const safe_char *after;			 /* stands below old and new; or NULL */
	int (*list)(const char *root, struct names_list *ret);
	void (*read)(const char *root, char *ret);	    /* PICK_NAME_SIZE bytes */
	bool (*is_installed)(const char *name);		    /* beside those that are listed */
	bool (*is_set)(const char *root, const char *name); /* is it in force? */
	int (*set)(struct client *client, const char *name, client_done_fn done, void *userdata);
	/* It is in force, newly or (changed false) as before, and note is to be said of it. False:
	 * another one shall be chosen. */
	bool (*done)(struct app *app, const safe_char *title, const char *name,
		const safe_char *note, bool changed);
};

/* Ask for one, names being those of list(). optional: an empty field is ANSWER_EXTRA. */
enum answer name_page_ask(const struct name_page *page, const safe_char *title,
	const struct names_list *names, bool optional, char value[static PICK_NAME_SIZE]);

/* Have firstbootd set it. False: it is not, which was said. reply has the remark. */
bool name_page_apply(const struct name_page *page, struct app *app, const safe_char *title,
	const char *name, struct reply *reply);

/* The page by itself: asked, reviewed and applied. */
void name_page_run(const struct name_page *page, struct app *app);
