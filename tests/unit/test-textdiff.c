/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "textdiff.h"

#include <errno.h>

#include "test.h"
#include "util.h"

static const struct {
	const char *old, *new, *diff;
} cases[] = {
	{ "", "", "" },
	{ NULL, NULL, "" },
	{ "a\nb\n", "a\nb\n", "" },
	{ NULL, "a\nb\n", "@@ -0,0 +1,2 @@\n+a\n+b\n" },
	{ "a\n", NULL, "@@ -1 +0,0 @@\n-a\n" },
	{ "a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n" },
	{ "a\n", "a", "@@ -1 +1 @@\n-a\n+a\n\\ No newline at end of file\n" },
	{ "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n",
		"@@ -7,3 +7,4 @@\n 7\n 8\n 9\n+10\n" },
	{ "x\n1\n2\n3\n4\n5\n6\n7\n8\n9\ny\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
		"@@ -1,4 +1,3 @@\n-x\n 1\n 2\n 3\n@@ -8,4 +7,3 @@\n 7\n 8\n 9\n-y\n" },
	{ "x\n1\n2\n3\n4\n5\n6\ny\n", "1\n2\n3\n4\n5\n6\n",
		"@@ -1,8 +1,6 @@\n-x\n 1\n 2\n 3\n 4\n 5\n 6\n-y\n" },
	{ "a\nb\nc\nd\n", "b\nd\na\n", "@@ -1,4 +1,3 @@\n-a\n b\n-c\n d\n+a\n" },
};

/* Texts that are too long are refused, not compared for hours. */
static void test_too_long(void)
{
	_cleanup_free_ char *old = calloc(1, 20001), *new = calloc(1, 20001), *diff = NULL;

	for (size_t i = 0; i < 20000; i += 2) {
		memcpy(old + i, "a\n", 2);
		memcpy(new + i, "b\n", 2);
	}
	test_assert(textdiff_make(old, new, &diff) == -E2BIG);
	test_equal_int(textdiff_make(old, old, &diff), 0);
	test_equal_str(diff, "");
}

/* Each case as diff -u has it. */
static void test_cases(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		_cleanup_free_ char *diff = NULL;

		test_equal_int(textdiff_make(cases[i].old, cases[i].new, &diff), 0);
		test_equal_str(diff, cases[i].diff);
	}
}

int main(void)
{
	test_run(test_cases);
	test_run(test_too_long);
	return test_result();
}
