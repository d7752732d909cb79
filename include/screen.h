/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The terminal. One event loop runs below everything that waits for a key, libdialog's widgets
 * included: they read keys through wget_wch(), which this module defines in the executable in place
 * of curses' own.
 */

#include <stdbool.h>
#include <systemd/sd-event.h>

/* Take the terminal: checks TERM first (libdialog would exit), theme, raw mode with ISIG and IXON
 * off, size. -ENOTTY, or -EOPNOTSUPP when the terminal cannot move its cursor: use plain lines
 * then. */
int screen_start(sd_event *event);

/* Give it back as it was; safe to call twice and from atexit(3). */
void screen_stop(void);

/* The next key as curses tells it (wide characters, KEY_*), after running the event loop until
 * there is one. -ECANCELED: screen_wake() was called, or the event loop is to end. KEY_RESIZE comes
 * through, too. */
int screen_get_key(void);

/* Make the one who waits for a key (screen_get_key or a libdialog widget, which ends with
 * DLG_EXIT_ERROR) return: what it shows has become wrong. */
void screen_wake(void);

/* Throw away what was typed ahead; before every screen where Enter confirms something. */
void screen_flush_input(void);

/* Too small to draw in (a line says so until it is larger)? */
bool screen_too_small(void);
