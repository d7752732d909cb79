/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A QR code in the cells of a terminal, light modules as light cells, with a light margin of two
 * modules around it. */

#include "layout.h"
#include "qr.h"

enum qr_pen {
	QR_PEN_NONE,   /* the terminal is too slow */
	QR_PEN_BLANKS, /* a module is two blanks, those of light ones in reverse video */
	QR_PEN_HALVES, /* a cell is two modules, one above the other: U+2580, U+2584, U+2588 */
};

/* How this terminal can show one. A virtual console is asked which characters its font has. */
enum qr_pen qr_find_pen(void);

/* The cells that it takes. */
void qr_measure(const struct qr *qr, enum qr_pen pen, struct layout_box *ret);

/* Draw it on stdscr with its upper left corner at y, x. */
void qr_draw(const struct qr *qr, enum qr_pen pen, int y, int x);
