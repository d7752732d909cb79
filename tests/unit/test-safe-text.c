/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <locale.h>

#include "safe_text.h"
#include "test.h"
#include "util.h"

#define MUCH "0123456789012345678901234567890123456789012345678901234567890123456789"

/* Texts, and what of them is drawn. */
static void test_table(void)
{
	static const struct {
		const char *text;
		int columns;
		const char *expected;
	} table[] = {
		{ NULL, 0, "" },
		{ "", 0, "" },
		{ "appliance01", 0, "appliance01" },
		{ "B\xc3\xbc"
		  "cher",
			0,
			"B\xc3\xbc"
			"cher" },
		{ "\xe6\x97\xa5\xe6\x9c\xac", 0, "\xe6\x97\xa5\xe6\x9c\xac" }, /* wide */
		{ "\xf0\x9f\x98\x80", 0, "\xf0\x9f\x98\x80" },
		/* what moves the cursor or speaks to the terminal */
		{ "a\x1b[2Jb", 0, "a?[2Jb" },
		{ "a\r\n\t\bb", 0, "a????b" },
		{ "a\x7f", 0, "a?" },
		{ "a\xc2\x9b"
		  "2J",
			0, "a?2J" }, /* CSI as U+009B */
		{ "a\x9b"
		  "2J",
			0, "a?2J" },
		{ "\x1b]0;title\x07", 0, "?]0;title?" },
		/* direction, invisible, private */
		{ "a\xe2\x80\xae"
		  "b",
			0, "a?b" }, /* right-to-left override */
		{ "a\xe2\x81\xa6"
		  "b",
			0, "a?b" }, /* isolate */
		{ "a\xe2\x80\x8f"
		  "b",
			0, "a?b" },
		{ "a\xd8\x9c"
		  "b",
			0, "a?b" },
		{ "a\xe2\x80\x8b"
		  "b",
			0, "a?b" }, /* zero width space */
		{ "a\xef\xbb\xbf"
		  "b",
			0, "a?b" },
		{ "a\xc2\xad"
		  "b",
			0, "a?b" }, /* soft hyphen */
		{ "a\xe2\x80\xa8"
		  "b",
			0, "a?b" }, /* line separator */
		{ "a\xee\x80\x80"
		  "b",
			0, "a?b" }, /* private use */
		{ "a\xf3\xb0\x80\x80"
		  "b",
			0, "a?b" },
		{ "a\xf3\xa0\x81\x81"
		  "b",
			0, "a?b" }, /* tag */
		{ "a\xef\xbf\xbe"
		  "b",
			0, "a?b" }, /* noncharacter */
		{ "a\xe2\xa0\x80"
		  "b",
			0, "a?b" }, /* blank Braille */
		{ "a\xef\xb8\x8f"
		  "b",
			0, "a?b" }, /* variation selector */
		/* invalid UTF-8: one mark for each broken sequence */
		{ "\xff", 0, "?" },
		{ "\x80", 0, "?" },
		{ "a\xc3", 0, "a?" },
		{ "a\xe2\x82", 0, "a?" },
		{ "a\xe2\x82z", 0, "a?z" },
		{ "\xc0\xaf", 0, "?" }, /* overlong / */
		{ "\xc1\xbf", 0, "?" },
		{ "\xe0\x80\xaf", 0, "?" },
		{ "\xf0\x80\x80\xaf", 0, "?" },
		{ "\xed\xa0\x80", 0, "?" },	/* surrogate */
		{ "\xf4\x90\x80\x80", 0, "?" }, /* above 10ffff */
		{ "\xf8\x88\x80\x80\x80z", 0, "?????z" },
		{ "\xf8\x88z", 0, "??z" }, /* no lead byte, a continuation alone */
		/* combining marks: two for a letter, none for nothing */
		{ "e\xcc\x81", 0, "e\xcc\x81" },
		{ "e\xcc\x81\xcc\x82\xcc\x83\xcc\x84x", 0, "e\xcc\x81\xcc\x82x" },
		{ "\xcc\x81x", 0, "x" },
		{ "\x1b\xcc\x81x", 0, "?x" },
		/* columns */
		{ "abcdef", 6, "abcdef" },
		{ "abcdefg", 6, "abc..." },
		{ "abcdef", 3, "..." },
		{ "abcdef", 2, ".." },
		{ "abcdef", 1, "." },
		{ "a", 1, "a" },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 6,
			"\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e" },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 5, "\xe6\x97\xa5..." },
		{ "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 4, "..." },
		{ "abce\xcc\x81"
		  "fgh",
			6, "abc..." },
		{ "abcde\xcc\x81", 5, "abcde\xcc\x81" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(table); i++)
		test_equal_str_at(table[i].text ? table[i].text : "NULL",
			safe_bytes(safe_text(table[i].text, table[i].columns).text),
			table[i].expected);
}

/* A long text is cut to the buffer, at the border of a character. */
static void test_long(void)
{
	struct safe_str str = safe_text(MUCH MUCH MUCH MUCH, 0);
	char wide[1000];

	test_equal_int(strlen(safe_bytes(str.text)), SAFE_TEXT_MAX - 1);
	test_equal_str(safe_bytes(str.text) + SAFE_TEXT_MAX - 5, "1...");
	wide[0] = '\0';
	for (int i = 0; i < 120; i++)
		strcat(wide, "\xe6\x97\xa5");
	str = safe_text(wide, 0);
	test_equal_int(strlen(safe_bytes(str.text)), 84 * 3 + 3);
	test_equal_str(safe_bytes(str.text) + 83 * 3, "\xe6\x97\xa5...");
	memset(wide, 'x', 255);
	wide[255] = '\0';
	test_equal_str(safe_bytes(safe_text(wide, 0).text), wide);
}

/* Every two bytes make text without control characters that fits its columns. */
static void test_any_bytes(void)
{
	for (int a = 1; a < 256; a++)
		for (int b = 1; b < 256; b++) {
			char text[] = { 'a', (char)a, (char)b, 'z', '\0' };
			struct safe_str str = safe_text(text, 4);

			for (const char *p = safe_bytes(str.text); *p != '\0'; p++)
				if ((unsigned char)*p < ' ' || *p == 0x7f)
					test_fail("%02x %02x: a control character", a, b);
			if (mbstowcs(NULL, safe_bytes(str.text), 0) > 4)
				test_fail("%02x %02x: not text of four columns", a, b);
		}
}

/* The bus takes UTF-8 alone, whatever the locale is. */
static void test_utf8(void)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "", "" },
		{ "B\xc3\xbc", "B\xc3\xbc" },
		{ "B\xc3", "B?" },
		{ "\xe2\x82", "??" },
		{ "\xe2\x82z", "??z" },
		{ "\xff\xf0\x90\x8d\x88", "?\xf0\x90\x8d\x88" },
		{ "\xed\xa0\x80", "???" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[16];

		(void)strcpy(text, rows[i].text);
		safe_utf8(text);
		test_equal_str_at(rows[i].text, text, rows[i].expected);
	}
}

/* A line that is sent or printed: control characters go, whatever the locale is. */
static void test_line(void)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "", "" },
		{ "one line of B\xc3\xbc", "one line of B\xc3\xbc" },
		{ "a\nb\tc\v\x1b[2J\x7f", "a b c  [2J " },
		{ "a\xc2\x9bz\xc2\xa0", "a  z\xc2\xa0" },
		{ "\xff\xc2", "??" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[64];

		(void)strcpy(text, rows[i].text);
		safe_line(text, ' ');
		test_equal_str_at(rows[i].text, text, rows[i].expected);
	}
}

/* Where the locale has ASCII only, nothing else is drawn. */
static void test_ascii(void)
{
	test_assert(setlocale(LC_ALL, "C"));
	test_equal_str(safe_bytes(safe_text("B\xc3\xbc"
					    "cher",
			       0)
					  .text),
		"B?cher");
}

int main(void)
{
	if (!setlocale(LC_ALL, "C.UTF-8"))
		test_fail("there is no locale C.UTF-8");
	test_run(test_table);
	test_run(test_long);
	test_run(test_any_bytes);
	test_run(test_utf8);
	test_run(test_line);
	test_run(test_ascii);
	return test_result();
}
