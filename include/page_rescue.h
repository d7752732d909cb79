/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What stands in for root's login where the vendor wants none (Shell=restricted): pages of this
 * program, behind root's password. None of them starts another program, so that there is no shell,
 * editor or pager to be come by; what they change, firstbootd changes.
 */

#include "settings_pages.h"

/* The menu, until the customer leaves. The right to change things has been shown; what is typed is
 * kept in settings. */
void page_rescue_run(struct settings *settings, struct app *app);

/* The last lines of the journal of the unit that serves the web interface. */
void page_journal_run(struct app *app);
