/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "hosts.h"
#include "test.h"
#include "util.h"

/* A hosts file, the new name, the hosts file then. */
static const struct {
	const char *text, *hostname, *expected;
} table[] = {
	/* no file yet */
	{ NULL, "box", "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 box\n" },
	{ "", "box", "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 box\n" },
	/* the line is there */
	{ "127.0.0.1\tlocalhost\n127.0.1.1\told.example.com\told\n\n::1 ip6-localhost\n", "box",
		"127.0.0.1\tlocalhost\n127.0.1.1 box\n\n::1 ip6-localhost\n" },
	{ "127.0.0.1 localhost\n127.0.1.1 old\n", "box.example.com",
		"127.0.0.1 localhost\n127.0.1.1 box.example.com box\n" },
	{ "127.0.1.1 old", "box", "127.0.1.1 box\n" },
	{ " \t127.0.1.1 old # comment\n# end\n", "box", "127.0.1.1 box\n# end\n" },
	{ "127.0.1.1 a\n127.0.1.1 b\n", "box", "127.0.1.1 box\n127.0.1.1 b\n" },
	{ "127.0.1.1\n", "box", "127.0.1.1 box\n" },
	{ "127.0.1.1", "box", "127.0.1.1 box\n" },
	/* it is not */
	{ "127.0.0.1 localhost\n::1 localhost\n192.0.2.7 nas\n", "box",
		"127.0.0.1 localhost\n::1 localhost\n127.0.1.1 box\n192.0.2.7 nas\n" },
	{ "127.0.0.1 localhost", "box", "127.0.0.1 localhost\n127.0.1.1 box\n" },
	{ "192.0.2.7 nas\n", "box", "192.0.2.7 nas\n127.0.1.1 box\n" },
	{ "192.0.2.7 nas", "box", "192.0.2.7 nas\n127.0.1.1 box\n" },
	{ "# only a comment\n", "box", "# only a comment\n127.0.1.1 box\n" },
	/* what looks like it */
	{ "127.0.0.1 localhost\n#127.0.1.1 old\n", "box",
		"127.0.0.1 localhost\n127.0.1.1 box\n#127.0.1.1 old\n" },
	{ "127.0.1.10 ten\n", "box", "127.0.1.10 ten\n127.0.1.1 box\n" },
	{ "::1000 far\n127.0.0.1 localhost\n::1a x\n", "box",
		"::1000 far\n127.0.0.1 localhost\n127.0.1.1 box\n::1a x\n" },
	{ "127.0.0.1 localhost 127.0.1.1\n", "box",
		"127.0.0.1 localhost 127.0.1.1\n127.0.1.1 box\n" },
	/* bytes that are none of our business */
	{ "127.0.0.1 localhost\r\n\t \r\n192.0.2.7\t\tnas\xff\r\n", "box",
		"127.0.0.1 localhost\r\n127.0.1.1 box\n\t \r\n192.0.2.7\t\tnas\xff\r\n" },
};

/* The name is set, and setting it again changes nothing. */
static void test_table(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		_cleanup_free_ char *text = NULL, *again = NULL;

		test_equal_int(hosts_set_hostname(table[i].text, table[i].hostname, &text), 0);
		test_equal_str_at(table[i].text ? table[i].text : "NULL", text, table[i].expected);
		test_equal_int(hosts_set_hostname(text, table[i].hostname, &again), 0);
		test_equal_str(again, text);
	}
}

int main(void)
{
	test_run(test_table);
	return test_result();
}
