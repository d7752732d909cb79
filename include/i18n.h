/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* _("text") is translated where it stands, N_("text") only marks text of a table for the catalogue.
 */

#include <locale.h>

#if ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#else
#define _(text) (text)
#endif
#define N_(text) (text)

/* Take the user's characters and language; reading the other categories would only cost time. */
static inline void i18n_init(void)
{
	(void)setlocale(LC_CTYPE, "");
#if ENABLE_NLS
	(void)setlocale(LC_MESSAGES, "");
	(void)bindtextdomain("firstboot", LOCALEDIR);
	(void)textdomain("firstboot");
#endif
}
