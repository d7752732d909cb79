/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "textblock.h"

#include <errno.h>

#include "test.h"
#include "util.h"

#define OURS "ours=1\nours=2\n"

/* What goes in comes out again, whatever the file was. */
static void round_trips(void)
{
	static const char *const files[] = { NULL, "", "a\n", "a", "a\nb", "a\n\n", "\n",
		"# firstboot: ends\n", "x # firstboot: end\n", "b\r\n" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		for (int place = TEXTBLOCK_FIRST; place <= TEXTBLOCK_LAST; place++) {
			_cleanup_free_ char *with = NULL, *without = NULL;

			test_equal_int(textblock_add(files[i], place, OURS, &with), 0);
			test_assert(strstr(with, "\n" OURS "# firstboot: end\n"));
			test_equal_int(textblock_remove(with, &without), 0);
			test_equal_str_at(files[i] ? files[i] : "(none)",
				without ? without : "(none)", files[i] ? files[i] : "(none)");
		}
}

/* Lines that somebody has written around ours since then stay. */
static void edited_since(void)
{
	_cleanup_free_ char *with = NULL, *edited = NULL, *without = NULL;

	test_equal_int(textblock_add(NULL, TEXTBLOCK_LAST, OURS, &with), 0);
	test_assert(asprintf(&edited, "before\n%sbehind\n", with) > 0);
	test_equal_int(textblock_remove(edited, &without), 0);
	test_equal_str(without, "before\nbehind\n");
}

/* Lines behind an unfinished one stay lines of their own. */
static void behind_open_line(void)
{
	_cleanup_free_ char *with = NULL, *edited = NULL, *without = NULL;

	test_equal_int(textblock_add("a", TEXTBLOCK_LAST, OURS, &with), 0);
	test_assert(asprintf(&edited, "%sb\n", with) > 0);
	test_equal_int(textblock_remove(edited, &without), 0);
	test_equal_str(without, "a\nb\n");
}

/* Where a mark is gone nothing is guessed. */
static void broken_marks(void)
{
	static const char *const files[] = { "a\n# firstboot: begin\nb\n", "a\n# firstboot: end\n",
		"# firstboot: end\n# firstboot: begin\n" };

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char *without = NULL;

		test_equal_int(textblock_remove(files[i], &without), -EINVAL);
	}
}

int main(void)
{
	test_run(round_trips);
	test_run(edited_since);
	test_run(behind_open_line);
	test_run(broken_marks);
	return test_result();
}
