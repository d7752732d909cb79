/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "given.h"

#include "tree.h"

/* What is written is what is read. */
static void there_and_back(void)
{
	struct given given = {
		.ran = true,
		.source = "the credential firstboot.answers",
		.what = GIVEN_HOSTNAME | GIVEN_NETWORK,
		.steps = "licence backup-target",
		.reason = "answers.ini:3: \"a b\" is no hostname.\nanswers.ini:9: no such key",
	};
	struct given read;

	tree_clear();
	test_equal_int(given_read(tree, &read), 0);
	test_assert(!read.ran && !read.taken && !*read.reason);
	tree_write("/run/firstboot-headless/x", "");
	test_equal_int(given_write(tree, &given), 0);
	test_equal_int(given_read(tree, &read), 0);
	test_assert(read.ran && !read.taken && read.what == given.what);
	test_equal_str(read.source, given.source);
	test_equal_str(read.steps, given.steps);
	test_equal_str(read.reason, given.reason);
	given.taken = true;
	given.reason[0] = '\0';
	test_equal_int(given_write(tree, &given), 0);
	test_equal_int(given_read(tree, &read), 0);
	test_assert(read.taken && !*read.reason);
}

/* Anything else counts as nothing. */
static void garbage(void)
{
	static const char *const texts[] = { "", "TAKEN=1", "WHAT=1\nTAKEN=1\n",
		"TAKEN=x\nWHAT=1\n", "\x1b[2J\n", "TAKEN=1\nWHAT=1\nSOURCE=\n" };
	struct given read;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		tree_clear();
		tree_write("/run/firstboot-headless/given", texts[i]);
		test_equal_int(given_read(tree, &read), 0);
		test_equal_int(read.ran, i == 5);
	}
}

/* A page need not ask for what was given and taken. */
static void pages(void)
{
	struct given given = { .ran = true,
		.taken = true,
		.what = GIVEN_HOSTNAME | GIVEN_LOGIN,
		.steps = "backup licence" };

	test_assert(given_has_page(&given, "hostname"));
	test_assert(!given_has_page(&given, "network"));
	test_assert(given_has_page(&given, "password"));
	test_assert(!given_has_page(&given, "ssh-keys"));
	test_assert(!given_has_page(&given, "eula"));
	test_assert(!given_has_page(&given, "review"));
	test_assert(given_has_page(&given, "backup") && given_has_page(&given, "licence"));
	test_assert(!given_has_page(&given, "back") && !given_has_page(&given, "up"));
	given.what = GIVEN_EULA | GIVEN_KEYS | GIVEN_TIMEZONE | GIVEN_KEYMAP;
	test_assert(given_has_page(&given, "eula") && given_has_page(&given, "ssh-keys"));
	test_assert(given_has_page(&given, "time") && given_has_page(&given, "keyboard"));
	test_assert(!given_has_page(&given, "hostname"));
	given.what = GIVEN_HOSTNAME;
	given.taken = false;
	test_assert(!given_has_page(&given, "hostname") && !given_has_page(&given, "licence"));
}

/* agetty obeys a backslash, a terminal an escape. */
static void issue(void)
{
	struct given given = { .ran = true,
		.source = "the file \\n",
		.reason = "x:1: \"\x1b[2J\\4\" is no hostname." };
	const char *text;

	tree_clear();
	tree_write("/run/issue.d/x", "");
	test_equal_int(given_write_issue(tree, &given), 0);
	text = tree_read("/run/issue.d/firstboot.issue");
	test_assert(strstr(text, "\"?[2J\\\\4\" is no hostname."));
	test_assert(strstr(text, "the file \\\\n:"));
	test_assert(!strchr(text, '\x1b'));
	given.taken = true;
	test_equal_int(given_write_issue(tree, &given), 0);
	test_equal_str(tree_read("/run/issue.d/firstboot.issue"), "(none)");
	test_equal_int(given_write_issue(tree, &given), 0);
}

int main(void)
{
	test_run(there_and_back);
	test_run(garbage);
	test_run(pages);
	test_run(issue);
	tree_done();
	return test_result();
}
