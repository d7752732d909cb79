/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Lists as customers type them: separated by white space, commas or semicolons. */

#include <stdbool.h>

/* No value that is accepted anywhere is as long; a longer word is cut to this and so is refused. */
#define WORD_MAX 320

/* Copy the next word at *text into ret and move *text past it; false when there is none. */
bool words_next(const char **text, char ret[static WORD_MAX]);

/* Does one of the words of a list, which may be patterns (glob(7)), stand for name? */
bool words_match(const char *list, const char *name);

/* Is this one of the words of a list? */
bool words_have(const char *list, const char *word);
