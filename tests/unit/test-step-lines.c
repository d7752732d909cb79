/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a step's program says, as it comes: in pieces, too long, with letters of any kind. */

#include "names.h"
#include "step_lines.h"
#include "test.h"
#include "util.h"

static char others[4096];

/* Note a line that is for the journal. */
static void note(const char *line, void *userdata)
{
	size_t length = strlen(others);

	(void)snprintf(others + length, sizeof(others) - length, "%s|", line);
}

static struct step_lines begin(void)
{
	others[0] = '\0';
	return (struct step_lines){ .other = note, .percent = STEP_PERCENT_UNKNOWN };
}

static bool take(struct step_lines *lines, const char *text)
{
	return step_lines_take(lines, text, strlen(text));
}

static void test_words(void)
{
	struct step_lines lines = begin();

	test_assert(take(&lines, "PROGRESS=0\n"));
	test_equal_int(lines.percent, 0);
	test_assert(take(&lines, "STATUS=Unpacking\nPROGRESS=100\n"));
	test_equal_int(lines.percent, 100);
	test_equal_str(lines.status, "Unpacking");
	test_assert(!take(&lines, "MESSAGE=Ready\n"));
	test_equal_str(lines.message, "Ready");
	test_assert(take(&lines, "STATUS=\n"));
	test_equal_str(lines.status, "");
	test_equal_str(others, "");
}

/* What is no word of ours, or none that it is, goes on. */
static void test_others(void)
{
	static const char *const texts[] = { "hello", "PROGRESS=101", "PROGRESS=", "PROGRESS=-1",
		"PROGRESS=5 ", "PROGRESS=0005", "progress=5", " PROGRESS=5", "PROGRESS 5",
		"STATUSES=1", "READY=1" };

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct step_lines lines = begin();
		char expected[64];

		test_assert(!take(&lines, texts[i]));
		test_assert(!take(&lines, "\n\n"));
		test_equal_int(lines.percent, STEP_PERCENT_UNKNOWN);
		(void)snprintf(expected, sizeof(expected), "%s|", texts[i]);
		test_equal_str(others, expected);
	}
}

static void test_pieces(void)
{
	struct step_lines lines = begin();

	for (const char *p = "STATUS=one\nMESSAGE=two\nthree"; *p; p++)
		(void)step_lines_take(&lines, p, 1);
	test_equal_str(lines.status, "one");
	test_equal_str(lines.message, "two");
	test_equal_str(others, "");
	step_lines_end(&lines);
	test_equal_str(others, "three|");
	step_lines_end(&lines);
	test_equal_str(others, "three|");
}

/* Nothing of it can move a cursor, and the bus takes all of it. */
static void test_characters(void)
{
	static const char text[] = "STATUS=a\0b\x1b[2J\xff\xc3\xa4\r\n";
	struct step_lines lines = begin();

	(void)step_lines_take(&lines, text, sizeof(text) - 1);
	test_equal_str(lines.status, "a b [2J?\xc3\xa4 ");
}

static void test_long(void)
{
	struct step_lines lines = begin();

	(void)take(&lines, "MESSAGE=");
	for (int i = 0; i < 100000; i++)
		(void)take(&lines, "\xc3\xa4");
	(void)take(&lines, "\nSTATUS=next\n");
	test_equal_int(strlen(lines.message), STEP_MESSAGE_SIZE - 2);
	test_equal_str(lines.message + STEP_MESSAGE_SIZE - 4, "\xc3\xa4");
	test_equal_str(lines.status, "next");
}

int main(void)
{
	test_run(test_words);
	test_run(test_others);
	test_run(test_pieces);
	test_run(test_characters);
	test_run(test_long);
	return test_result();
}
