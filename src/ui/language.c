/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "language.h"

#include <stdlib.h>

#include "font.h"
#include "i18n.h"
#include "util.h"

#define LETTERS_MAX 640

/* Has the font of this console every letter that the catalogue in use has? */
static bool font_has_letters(void)
{
	wchar_t letters[LETTERS_MAX];
	size_t n = mbstowcs(letters, catalog_letters(), LETTERS_MAX);

	return n != (size_t)-1 && font_has(letters, n);
}

/* Can this terminal show what is in the catalogue in use? */
static bool can_show(void)
{
	return i18n_has_unicode() && (!font_is_ours() || font_has_letters());
}

void language_choose(const char *configured)
{
	i18n_choose(configured);
	if (!can_show())
		(void)catalog_use(LOCALEDIR, "");
}

size_t language_list(struct catalog_entry ret[static LANGUAGES_MAX])
{
	size_t n = catalog_list(LOCALEDIR, ret, LANGUAGES_MAX), kept = 0;
	char now[CATALOG_LANGUAGE_MAX];

	(void)snprintf(now, sizeof(now), "%s", catalog_language());
	for (size_t i = 0; i < n; i++)
		if (catalog_use(LOCALEDIR, ret[i].language) >= 0 &&
			(*catalog_letters() == '\0' || can_show()))
			ret[kept++] = ret[i];
	(void)catalog_use(LOCALEDIR, now);
	return kept;
}
