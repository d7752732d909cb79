/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names of things that are installed, sorted, each once. */

#include <stdbool.h>
#include <stddef.h>

struct names_list {
	char **all; /* owned */
	size_t n;
};

/* Add a copy of so many bytes of name. -ENOMEM, -E2BIG. */
int names_add(struct names_list *list, const char *name, size_t length);

/* Sort them, and leave out what is there twice. */
void names_sort(struct names_list *list);

/* Is it one of them? They have been sorted. */
bool names_have(const struct names_list *list, const char *name);

void names_done(struct names_list *list);
