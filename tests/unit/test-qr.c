/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>

#include "qr.h"
#include "test.h"
#include "util.h"

/* A finder pattern: what scanners look for in three of the corners. */
static const char *const finder[] = {
	"#######",
	"#.....#",
	"#.###.#",
	"#.###.#",
	"#.###.#",
	"#.....#",
	"#######",
};

/* Is there one with its upper left corner here? */
static bool has_finder(const struct qr *qr, int y, int x)
{
	for (int row = 0; row < 7; row++)
		for (int column = 0; column < 7; column++)
			if (qr->dark[y + row][x + column] != (finder[row][column] == '#'))
				return false;
	return true;
}

/* Sides are those of ISO/IEC 18004, table 7, for so many bytes. */
static void test_sizes(void)
{
	static const struct {
		int length;
		enum qr_level level;
		int side;
	} sizes[] = {
		{ 14, QR_LEVEL_M, 21 },
		{ 15, QR_LEVEL_M, 25 },
		{ 17, QR_LEVEL_L, 21 },
		{ 18, QR_LEVEL_L, 25 },
		{ 26, QR_LEVEL_M, 25 },
		{ 32, QR_LEVEL_L, 25 },
		{ 213, QR_LEVEL_M, 57 },
		{ 271, QR_LEVEL_L, 57 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		struct qr qr = { 0 };
		char text[300] = "";

		memset(text, 'a', (size_t)sizes[i].length);
		test_equal_int(qr_encode(text, sizes[i].level, &qr), 0);
		test_equal_int(qr.side, sizes[i].side);
		test_assert(has_finder(&qr, 0, 0));
		test_assert(has_finder(&qr, 0, qr.side - 7));
		test_assert(has_finder(&qr, qr.side - 7, 0));
		test_assert(!has_finder(&qr, qr.side - 7, qr.side - 7));
		/* The dark module, and the row of timing. */
		test_assert(qr.dark[qr.side - 8][8]);
		for (int x = 8; x < qr.side - 8; x++)
			test_equal_int(qr.dark[6][x], x % 2 == 0);
	}
}

/* What is too long for a screen is refused, whatever the library could do. */
static void test_too_long(void)
{
	struct qr qr = { .side = 7 };
	static char text[4000];

	memset(text, 'a', 214);
	test_equal_int(qr_encode(text, QR_LEVEL_M, &qr), -E2BIG);
	memset(text, 'a', sizeof(text) - 1);
	test_equal_int(qr_encode(text, QR_LEVEL_L, &qr), -E2BIG);
	test_equal_int(qr.side, 7);
}

int main(void)
{
	test_run(test_sizes);
	test_run(test_too_long);
	return test_result();
}
