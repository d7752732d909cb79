/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The vendor's licence text ([Wizard] EULA=), in the language of whoever reads it. */

#include <limits.h>
#include <stdbool.h>

#define EULA_MAX (512 * 1024)

/* The file of the text in a language: "/x/eula.txt" in "de_AT" is /x/eula.de_AT.txt, else
 * /x/eula.de.txt, else /x/eula.txt, the first that is there below root. -ENOENT. */
int eula_find(const char *root, const char *path, const char *language, char ret[static PATH_MAX]);

/* Is file the text of path in some language? */
bool eula_is_translation(const char *path, const char *file);
