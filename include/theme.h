/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The colours of the screen: pairs of the palette that every console has, hard to misread. */

#include <stdbool.h>
#include <stdint.h>

struct _win_st; /* curses' WINDOW */

/* What has colours of its own. */
enum theme_role {
	THEME_TEXT,	    /* everything else, on every screen */
	THEME_TITLE,	    /* titles of boxes, and what stands out in them */
	THEME_SELECTED,	    /* the button and the row that Enter is for */
	THEME_FIELD,	    /* where something can be typed */
	THEME_ACTIVE_FIELD, /* where it is typed now */
	THEME_HINT,	    /* why what was typed in a field is refused */
	THEME_BAR,	    /* the first row of the start screen and of long texts */
	THEME_ROLES,
};

/* Numbers of the VGA palette as curses counts them: black, red, green, yellow, blue, magenta, cyan,
 * white, and the bright ones, which only text may have, so much further on. */
#define THEME_BRIGHT 8

struct theme_pair {
	uint8_t text, ground;
};

/* The ratio of their luminances by WCAG 2, in hundredths: 100 (the same) to 2100 (black and white);
 * and the least that a pair must have. */
unsigned theme_contrast(struct theme_pair pair);
#define THEME_CONTRAST_MIN 450

/* Read "TEXT GROUND", such as "bright-white blue". -EINVAL: it is no pair, -ERANGE: too weak. */
int theme_parse(const char *value, struct theme_pair *ret);

/* Is a role's pair what it is without a word of the vendor's? */
bool theme_is_normal(const struct theme_pair pairs[static THEME_ROLES], enum theme_role role);

/* -- on the terminal (src/ui) ------------------------------------------------------------------ */

/* Use these: before curses is started. */
void theme_use(const struct theme_pair pairs[static THEME_ROLES]);

/* Curses has been started: the vendor's text and bar, where they are others than the normal ones,
 * which are left to the terminal there. Nothing where it has no colours. */
void theme_start_screen(void);

/* How a role looks in a box, and text and bar of a start screen: attributes, as for wattrset(3).
 * Without colours what stands out does so by its weight, or reversed. */
int theme_look(enum theme_role role);
int theme_text(void);
int theme_bar(void);

/* Have what is blank in win be of the colour behind text. */
void theme_paper(struct _win_st *win);

/* White on black, whatever the terminal's own colours are: those of a QR code. */
int theme_code(void);
