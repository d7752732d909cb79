/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Translations of one language: a .mo file of msgfmt(1), mapped and looked up here. libintl gives
 * none where the locale is C.UTF-8 (glibc 2.39 and later), which is all that an appliance's image
 * may have.
 */

#include <stdbool.h>

#define CATALOG_LANGUAGE_MAX 7 /* "pt_BR", with the NUL and room for three letters */

/* Is it the code of a language, perhaps with a country's: "de", "pt_BR"? */
bool catalog_is_language(const char *text);

/* Use the catalogue of a language below dir from now on, or that of its first part; "" and "en":
 * none. -ENOENT: there is none; -EINVAL: the file is none. What was used before is used on after an
 * error. Texts that were handed out stay valid. */
int catalog_use(const char *dir, const char *language);

/* The language in use; "en": none. */
const char *catalog_language(void);

/* The translation, or text itself. Never freed, never NULL. */
__attribute__((format_arg(1))) const char *catalog_find(const char *text);
