/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Which known name may have been meant by what was written. */

#include <stdbool.h>

/* How far what was written is from a name: letters to be changed, added or taken away, in either
 * case; a name with something behind it is near. */
unsigned nearest_distance(const char *written, const char *name);

/* A search among names, one after the other. */
struct nearest {
	const char *written; /* borrowed */
	const void *item;    /* whose name is the nearest so far, borrowed; NULL: there is none */
	unsigned distance;   /* twice its distance, and one more if it lies aside */
};

struct nearest nearest_begin(const char *written);

/* Look at the name of item. One that lies aside comes behind others that are as near. */
void nearest_try(struct nearest *search, const char *name, bool aside, const void *item);

/* Whose name may have been meant; NULL: none is near enough. */
const void *nearest_found(const struct nearest *search);
