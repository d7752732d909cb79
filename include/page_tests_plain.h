/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The tests of page_tests.h on a terminal that cannot move its cursor, and what both have in
 * common.
 */

#include <stdbool.h>
#include <stddef.h>

struct app;

/* Choices and answers in lines, until the customer goes back. */
void page_tests_plain(struct app *app);

/* 1 to 65535, or nothing, which is 0. */
bool page_tests_parse_port(const char *text, unsigned *ret);

/* The URL that the start screen shows first, "" for none. */
void page_tests_find_url(const struct app *app, char *ret, size_t size);
