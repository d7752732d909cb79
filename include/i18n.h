/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* _("text") is translated where it stands, N_("text") only marks text of a table for the catalogue.
 */

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

/* Does this stream of characters take the letters of every language? Not before i18n_init(). */
bool i18n_has_unicode(void);
