/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What can be changed on an appliance that is set up. Each page returns when its customer leaves
 * it; the right to change things and the edit lock have been taken before. */

#include "app.h"
#include "history.h"
#include "safe_text.h"
#include "wizard.h"

/* What is typed on the pages of the wizard, kept while the screens are left. */
struct settings {
	struct wizard network, hostname, password, ssh_keys, steps;
};

/* The menu. */
void page_settings_run(struct settings *settings, struct app *app);
void settings_done(struct settings *settings);

/* Earlier network settings: look, compare, restore. */
void page_history_run(struct app *app);

/* How a change ended, in a few words. */
const safe_char *page_history_words(enum history_outcome outcome);

/* The same as a sentence. */
const safe_char *page_history_sentence(enum history_outcome outcome);

/* How the cards are known to DHCP servers. */
void page_dhcp_run(struct app *app);

/* The time zone, and the keyboard layout of the console. */
void page_time_run(struct app *app);
void page_keyboard_run(struct app *app);

/* All cards back to automatic addresses, whatever was set. True: that is in force now. */
bool page_emergency_run(struct app *app);

/* The settings that it tries: all cards automatic, and nothing that firstboot has made beside them.
 */
void page_emergency_make(const struct app *app, struct net_set *ret);

/* This machine looks like a copy. */
void page_clone_run(struct app *app);
