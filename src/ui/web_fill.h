/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What stands in the braces of the sentences of web_words.c, safe to draw. */

#include "safe_text.h"
#include "web_words.h"

/* "?" for a word that there is not. */
struct safe_str web_fill(const struct web_facts *facts, const safe_char *word, size_t length);
