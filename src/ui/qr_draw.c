/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "qr_draw.h"

#include <langinfo.h>

#include "font.h"
#include "theme.h"
#include "util.h"

#define QUIET	 2    /* modules around it; scanners want 4, but take 2 on a screen */
#define BAUD_MIN 9600 /* slower lines take seconds for it */

/* Upper half, lower half, both. */
static const wchar_t halves[] = { 0x2580, 0x2584, 0x2588 };

/* Terminals that may be a real one on a serial line, without these characters whatever the
 * language of the machine. */
static const char *const serial_terms[] = { "vt100", "vt102", "vt220" };

enum qr_pen qr_find_pen(void)
{
	const char *term = getenv("TERM");

	if (baudrate() > 0 && baudrate() < BAUD_MIN)
		return QR_PEN_NONE;
	if (!streq(nl_langinfo(CODESET), "UTF-8"))
		return QR_PEN_BLANKS;
	if (font_is_ours())
		return font_has(halves, ARRAY_SIZE(halves)) ? QR_PEN_HALVES : QR_PEN_BLANKS;
	for (size_t i = 0; term && i < ARRAY_SIZE(serial_terms); i++)
		if (streq(term, serial_terms[i]))
			return QR_PEN_BLANKS;
	return QR_PEN_HALVES;
}

void qr_measure(const struct qr *qr, enum qr_pen pen, struct layout_box *ret)
{
	int modules = qr->side + 2 * QUIET;

	*ret = (struct layout_box){ .rows = modules, .columns = 2 * modules };
	if (pen == QR_PEN_HALVES)
		*ret = (struct layout_box){ .rows = (modules + 1) / 2, .columns = modules };
}

/* Is the module light? The margin is. */
static bool is_light(const struct qr *qr, int row, int column)
{
	if (row < 0 || column < 0 || row >= qr->side || column >= qr->side)
		return true;
	return !qr->dark[row][column];
}

/* Draw a row of cells that are two modules each. */
static void draw_halves(const struct qr *qr, int y, int x, int row)
{
	for (int column = -QUIET; column < qr->side + QUIET; column++) {
		bool upper = is_light(qr, row, column), lower = is_light(qr, row + 1, column);

		draw_string(y, x++,
			upper && lower ? OURS("\u2588")
			: upper	       ? OURS("\u2580")
			: lower	       ? OURS("\u2584")
				       : OURS(" "));
	}
}

/* Draw a row of modules that are two cells each. */
static void draw_wide(const struct qr *qr, int y, int x, int row, attr_t attributes)
{
	for (int column = -QUIET; column < qr->side + QUIET; column++) {
		attrset(is_light(qr, row, column) ? attributes | A_REVERSE : attributes);
		draw_blanks(stdscr, y, x, 2);
		x += 2;
	}
}

void qr_draw(const struct qr *qr, enum qr_pen pen, int y, int x)
{
	/* On a white terminal, the code would come out inverted. */
	attr_t attributes = (attr_t)theme_code();
	int step = pen == QR_PEN_HALVES ? 2 : 1;

	attrset(attributes);
	for (int row = -QUIET; row < qr->side + QUIET; row += step, y++) {
		if (pen == QR_PEN_HALVES)
			draw_halves(qr, y, x, row);
		else
			draw_wide(qr, y, x, row, attributes);
	}
	attrset(theme_text());
}
