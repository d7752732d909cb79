/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The only way from text to a terminal or into a file. It takes what is safe alone (safe_text.h),
 * and lets no control character through even so: one that came would be a '?'. The names of curses
 * and stdio that do the same with a char * do not compile in src/ui and src/cli (draw_only.h).
 */

#include <stdio.h>

#include "safe_text.h"

struct _win_st; /* curses' WINDOW */

/* Text, at most length bytes of it, in the cells of win from y, x on. */
void draw_text(struct _win_st *win, int y, int x, const safe_char *text, size_t length);

/* All of it, on curses' own screen. */
void draw_string(int y, int x, const safe_char *text);

/* So many blank cells, and a line across the screen. */
void draw_blanks(struct _win_st *win, int y, int x, int width);
void draw_rule(int y);

/* The first row as a bar, with a text at each end. */
void draw_bar(const safe_char *left, const safe_char *right);

/* Do the cells of curses' screen from y, x on hold this text, whole and nothing else? */
bool draw_holds(int y, int x, const safe_char *text);

/* fprintf(3): (file, format, ...); line ends are the program's own. */
#define draw_print(file, ...) draw_print_raw((file), SAFE_FORMAT(__VA_ARGS__))

/* What write(f, what) prints, as one text. -ENOMEM. Caller frees. */
int draw_compose(void (*write)(FILE *f, const void *what), const void *what, safe_char **ret);

/* What stands behind it, and vfprintf(3): for macros like it alone. */
void draw_print_raw(FILE *file, const char *format, ...) __attribute__((format(printf, 2, 3)));
void draw_print_list(FILE *file, const char *format, va_list arguments)
	__attribute__((format(printf, 2, 0)));
