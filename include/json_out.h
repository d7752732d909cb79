/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* JSON on standard output: the one way there. What it writes is of ASCII alone, whatever the
 * strings hold: any other character stands as its escape, and a byte that belongs to none as
 * U+FFFD. */

#include <json-c/json.h>
#include <stdbool.h>
#include <stdint.h>

/* Write one object on a line of its own, and have it written now. -errno. */
int json_out(json_object *object);

/* The same as text; caller frees. NULL: no memory. (Exposed for the tests.) */
char *json_out_text(json_object *object);

/* Put a value, which may be NULL for null, under a key, and own it. */
void json_put(json_object *object, const char *key, json_object *value);
void json_put_text(json_object *object, const char *key, const char *value);
void json_put_bool(json_object *object, const char *key, bool value);
void json_put_number(json_object *object, const char *key, uint64_t value);

/* A number of 64 bits that only names something, as text: many programs have no such numbers. */
void json_put_id(json_object *object, const char *key, uint64_t value);

/* null where value is "" or NULL. */
void json_put_given(json_object *object, const char *key, const char *value);

/* A moment (CLOCK_REALTIME, usec) as "2026-11-22T15:04:05Z"; null where it is 0. */
void json_put_time(json_object *object, const char *key, uint64_t usec);

void json_add(json_object *array, json_object *value);

/* Unref, for _cleanup_(). */
static inline void json_putp(json_object **object)
{
	json_object_put(*object);
}
