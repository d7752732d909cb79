/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Translations of one language: a .mo file of msgfmt(1), mapped and looked up here. libintl gives
 * none where the locale is C.UTF-8 (glibc 2.39 and later), which is all that an appliance's image
 * may have.
 */

#include <stdbool.h>
#include <stddef.h>

#define CATALOG_LANGUAGE_MAX 7 /* "pt_BR", with the NUL and room for three letters */

/* Is it the code of a language, perhaps with a country's: "de", "pt_BR"? */
bool catalog_is_language(const char *text);

/* Use the catalogue of a language below dir from now on, or that of its first part; "" and "en":
 * none. -ENOENT: there is none; -EINVAL: the file is none. What was used before is used on after an
 * error. Texts that were handed out stay valid. */
int catalog_use(const char *dir, const char *language);

/* The language in use; "en": none. */
const char *catalog_language(void);

/* The letters of its texts that are not in ASCII, as its head has them (X-Letters); "" for none. */
const char *catalog_letters(void);

#define CATALOG_NAME_MAX 64

/* A language whose catalogue is there; name: in its own words (X-Name of the head). */
struct catalog_entry {
	char language[CATALOG_LANGUAGE_MAX];
	char name[CATALOG_NAME_MAX];
};

/* Those below dir, and English, sorted by code; at most max of them. */
size_t catalog_list(const char *dir, struct catalog_entry *ret, size_t max);

/* The translation, or text itself. Never freed, never NULL. */
__attribute__((format_arg(1))) const char *catalog_find(const char *text);
