/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What every file of src/ui and src/cli is compiled with, before its first line (meson.build): no
 * name with which text reaches a terminal compiles in it. draw.h has what is to be used instead,
 * and takes what is safe alone (safe_text.h). The few files that are the other side of it are
 * compiled without (src/ui/meson.build).
 */

#include <mntent.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-bus.h>
#include <wchar.h>

#define NCURSES_NOMACROS	 1
#define NCURSES_WIDECHAR	 1
#define NCURSES_ENABLE_STDBOOL_H 1
#include <curses.h>

#include "draw.h"
#include "safe_words.h"
#include "util.h"

/* Macros of the C library in some builds. */
#undef fputs_unlocked
#undef fputc_unlocked
#undef putc_unlocked
#undef fwrite_unlocked
#undef putc
#undef printf
#undef fprintf
#undef dprintf
#undef wprintf
#undef fwprintf

#pragma GCC poison printf fprintf dprintf vprintf vfprintf vdprintf puts fputs putchar fputc putc
#pragma GCC poison fwrite putw putwc fputwc putwchar fputws wprintf fwprintf vwprintf vfwprintf
#pragma GCC poison puts_unlocked fputs_unlocked fputc_unlocked putc_unlocked fwrite_unlocked
#pragma GCC poison perror psignal psiginfo putp tputs mcprint

/* curses: what ends in ch, chstr, str, wstr, wch, and their kin. */
#pragma GCC poison addch waddch mvaddch mvwaddch echochar wechochar insch winsch mvinsch mvwinsch
#pragma GCC poison addstr waddstr mvaddstr mvwaddstr addnstr waddnstr mvaddnstr mvwaddnstr
#pragma GCC poison addchstr waddchstr mvaddchstr mvwaddchstr addchnstr waddchnstr mvaddchnstr
#pragma GCC poison mvwaddchnstr addwstr waddwstr mvaddwstr mvwaddwstr addnwstr waddnwstr
#pragma GCC poison mvaddnwstr mvwaddnwstr add_wch wadd_wch mvadd_wch mvwadd_wch add_wchstr
#pragma GCC poison wadd_wchstr mvadd_wchstr mvwadd_wchstr add_wchnstr wadd_wchnstr mvadd_wchnstr
#pragma GCC poison mvwadd_wchnstr echo_wchar wecho_wchar insstr winsstr mvinsstr mvwinsstr insnstr
#pragma GCC poison winsnstr mvinsnstr mvwinsnstr ins_wstr wins_wstr mvins_wstr mvwins_wstr
#pragma GCC poison ins_nwstr wins_nwstr mvins_nwstr mvwins_nwstr ins_wch wins_wch mvins_wch
#pragma GCC poison mvwins_wch printw wprintw mvprintw mvwprintw vwprintw vw_printw hline whline
#pragma GCC poison mvhline mvwhline vline wvline mvvline mvwvline hline_set whline_set vline_set
#pragma GCC poison wvline_set scr_restore scr_init scr_set putwin getwin slk_set slk_wset
#pragma GCC poison pechochar pecho_wchar bkgd wbkgd bkgdset wbkgdset bkgrnd wbkgrnd border wborder
#pragma GCC poison unget_wch get_wch mvget_wch mvwget_wch wget_wch
