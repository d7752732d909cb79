/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The QR code of any text: what it is drawn with and where, by three bytes, then the text. Nothing
 * is drawn outside of the cells that it was measured to take. */

#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <errno.h>
#include <locale.h>

#include "fuzz.h"
#include "qr.h"
#include "qr_draw.h"

#define ROWS	80
#define COLUMNS 200

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	FILE *in = fopen("/dev/null", "r"), *out = fopen("/dev/null", "w");

	fuzz_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	use_env(FALSE);
	fuzz_assert(in && out && newterm("xterm-256color", out, in));
	fuzz_assert(resize_term(ROWS, COLUMNS) == OK);
	return 0;
}

/* Is every cell outside of the box as it was? */
static void check_cells(const struct layout_box *box)
{
	for (int y = 0; y < ROWS; y++)
		for (int x = 0; x < COLUMNS; x++) {
			bool within = y >= box->y && y < box->y + box->rows && x >= box->x &&
				      x < box->x + box->columns;

			fuzz_assert(within || (mvinch(y, x) & A_CHARTEXT) == '.');
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_free_ char *text = NULL;
	struct qr qr = { 0 };
	struct layout_box box;
	enum qr_pen pen;
	int r;

	if (size < 3)
		return 0;
	pen = data[0] % 2 ? QR_PEN_BLANKS : QR_PEN_HALVES;
	text = fuzz_text(data + 3, size - 3);
	if (!*text)
		return 0;
	r = qr_encode(text, data[0] & 2 ? QR_LEVEL_M : QR_LEVEL_L, &qr);
	fuzz_assert(r == 0 || r == -E2BIG);
	fuzz_assert(r == 0 || strlen(text) > 200);
	if (r < 0)
		return 0;
	fuzz_assert(qr.side >= 21 && qr.side <= QR_SIDE_MAX && (qr.side - 17) % 4 == 0);
	qr_measure(&qr, pen, &box);
	if (box.rows > ROWS || box.columns > COLUMNS)
		return 0;
	box.y = data[1] % (ROWS - box.rows + 1);
	box.x = data[2] % (COLUMNS - box.columns + 1);
	for (int y = 0; y < ROWS; y++)
		(void)mvhline(y, 0, '.', COLUMNS);
	qr_draw(&qr, pen, box.y, box.x);
	check_cells(&box);
	return 0;
}
