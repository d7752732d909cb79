/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Keys, whatever TERM knows of them. A terminal is often not the one that TERM names: a serial
 * line's is "vt220" whatever is at its end, and a KVM sends what its own window does. What curses
 * finds no name for is an Esc to it, which leaves a page, and letters, which choose in the one
 * before.
 */

#include <wchar.h>

struct _win_st; /* curses' WINDOW */

/* As wget_wch(3) for a key that is there already. A control sequence (ECMA-48, 5.4) that follows an
 * Esc at once is a key, or nothing at all where no page has it. */
int keys_read(struct _win_st *win, wint_t *ret);
