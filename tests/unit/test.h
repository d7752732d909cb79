/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A test program is a main() of test_run() lines that returns test_result(). A failed check is
 * printed with its place, and the rest goes on. */

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int test_failures;

/* Note a check that failed, at a place. */
#define test_fail(...)                                                                             \
	(test_failures++, fprintf(stderr, "%s:%d: ", __FILE__, __LINE__),                          \
		fprintf(stderr, __VA_ARGS__), fputc('\n', stderr))

#define test_assert(expression)                                                                    \
	do {                                                                                       \
		if (!(expression))                                                                 \
			test_fail("not so: %s", #expression);                                      \
	} while (false)

#define test_equal_int(actual, expected)                                                           \
	do {                                                                                       \
		long long _a = (actual), _e = (expected);                                          \
		if (_a != _e)                                                                      \
			test_fail("%s is %lld, expected %lld", #actual, _a, _e);                   \
	} while (false)

/* label says which row of a table it is. */
#define test_equal_str_at(label, actual, expected)                                                 \
	do {                                                                                       \
		const char *_a = (actual), *_e = (expected);                                       \
		if (strcmp(_a, _e) != 0)                                                           \
			test_fail("%s\n     is: \"%s\"\nexpected: \"%s\"", (label), _a, _e);       \
	} while (false)
#define test_equal_str(actual, expected) test_equal_str_at(#actual, actual, expected)

/* Run one function of checks and say how it went. */
#define test_run(function)                                                                         \
	do {                                                                                       \
		int _before = test_failures;                                                       \
		function();                                                                        \
		printf("%s %s\n", test_failures == _before ? "ok  " : "FAIL", #function);          \
	} while (false)

/* The exit status of the program. */
static inline int test_result(void)
{
	return test_failures == 0 ? 0 : 1;
}
