/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* One of many names: typed, as a whole or in part, or found in lists that lead to it. */

#include <stdbool.h>

#include "box.h"
#include "names_list.h"
#include "safe_text.h"

#define PICK_NAME_SIZE 64

struct pick {
	const safe_char *title, *text; /* text: what is asked, above the field */
	const safe_char *label, *hint;
	const safe_char *unknown; /* a sentence: none is called that */
	const struct names_list *names;
	bool (*is_other)(const char *name); /* one that is not in the list, but good as well */
	bool optional;			    /* an empty field is ANSWER_EXTRA */
	char value[PICK_NAME_SIZE];	    /* what the field begins with, and what was chosen */
};

/* Ask until there is one, or the customer goes back. */
enum answer pick_run(struct pick *pick);
