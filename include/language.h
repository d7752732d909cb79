/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The language of the screens. */

#include "catalog.h"

/* Speak the language of this code, or "" for that of the environment or the machine (i18n.h); it is
 * English where this terminal cannot show the letters of that. */
void language_choose(const char *configured);

#define LANGUAGES_MAX 24

/* Those that this terminal can show, English among them; at most LANGUAGES_MAX. */
size_t language_list(struct catalog_entry ret[static LANGUAGES_MAX]);
