/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* _("text") is translated where it stands, N_("text") only marks text of a table for the catalogue.
 */

#include <stddef.h>
#include <time.h>

#include "catalog.h"

#if ENABLE_NLS
#define _(text) catalog_find(text)
#else
#define _(text) (text)
#endif
#define N_(text) (text)

/* Take the user's characters, and the language of the environment. */
void i18n_init(void);

/* Speak the language of this code from now on, or "": that of the environment (LC_ALL, LC_MESSAGES,
 * LANG), else the machine's (LANG in /etc/locale.conf or /etc/default/locale). English where there
 * is no catalogue of it. */
void i18n_choose(const char *configured);

/* Likewise that of the machine's firstboot.conf as it is now; what is wrong in that is for
 * firstbootd to complain of. -ENOMEM. */
int i18n_choose_configured(void);

/* Does this stream of characters take the letters of every language? Not before i18n_init(). */
bool i18n_has_unicode(void);

/* How the language writes a point in time. */
enum i18n_time {
	I18N_TIME,	/* 14:02 */
	I18N_SHORT_DAY, /* 11-22 */
	I18N_DAY,	/* 2026-11-22 */
	I18N_MOMENT,	/* 2026-11-22 14:02 */
};

/* As strftime(3): 0 where it does not fit. */
size_t i18n_format_time(enum i18n_time form, const struct tm *when, char *buf, size_t size);
