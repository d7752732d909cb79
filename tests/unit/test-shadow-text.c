/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>

#include "shadow_text.h"
#include "test.h"
#include "util.h"

#define HASH "$y$j9T$abc$def"

/* A text, the day, the text then; NULL: it is refused, or the same. */
static const struct {
	const char *text;
	long day;
	int r;
	const char *expected;
} table[] = {
	{ "root:*:19000:0:99999:7:::\nbin:*:1::::::\n", 20000, 1,
		"root:" HASH ":20000:0:99999:7:::\nbin:*:1::::::\n" },
	{ "bin:*:1::::::\nroot::::::::", 20000, 1, "bin:*:1::::::\nroot:" HASH ":20000::::::" },
	{ "root:!:19000:0:99999:7:::\n", 0, 1, "root:" HASH "::0:99999:7:::\n" },
	{ "root:" HASH ":19000:0:99999:7:::\n", 20000, 0, NULL },
	{ "root:" HASH "x:19000:0:99999:7:::\n", 20000, 1, "root:" HASH ":20000:0:99999:7:::\n" },
	{ "\nroot:*:1:\nroot:*:2:\n", 20000, 1, "\nroot:" HASH ":20000:\nroot:*:2:\n" },
	{ "", 20000, -ENOENT, NULL },
	{ "rooter:*:1:\nxroot:*:1:\n#root:*:1:\n", 20000, -ENOENT, NULL },
	{ "root\nroot2:*:1:\n", 20000, -ENOENT, NULL },
	{ "root:*\n:1:\n", 20000, -ENOENT, NULL },
};

static void test_table(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *text = NULL;

		test_equal_int(
			shadow_text_set_hash(table[i].text, "root", HASH, table[i].day, &text),
			table[i].r);
		test_equal_str_at(table[i].text, text ? text : "(none)",
			table[i].expected ? table[i].expected : "(none)");
	}
}

/* No hash ends its field. */
static void test_hashes(void)
{
	static const char *const bad[] = { "", "a:b", "a\nb", "a\rb" };

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		char *text = NULL;

		test_equal_int(
			shadow_text_set_hash("root:*:1:\n", "root", bad[i], 1, &text), -EINVAL);
		test_assert(!text);
	}
}

static void test_read(void)
{
	char hash[8];

	test_equal_int(shadow_text_hash("bin:*:\nroot:x:0:0\n", "root", sizeof(hash), hash), 0);
	test_equal_str(hash, "x");
	test_equal_int(shadow_text_hash("root:12345678:0:0\n", "root", sizeof(hash), hash), -E2BIG);
	test_equal_int(shadow_text_hash("root", "root", sizeof(hash), hash), -ENOENT);
}

int main(void)
{
	test_run(test_table);
	test_run(test_hashes);
	test_run(test_read);
	return test_result();
}
