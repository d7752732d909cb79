/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* _("text") is translated where it stands, N_("text") only marks text of a table for the catalogue.
 */

#if ENABLE_NLS
#include <libintl.h>
#define _(text) gettext(text)
#else
#define _(text) (text)
#endif
#define N_(text) (text)
