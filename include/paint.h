/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * When the terminal is drawn on: not while it still holds what it was given before, not too often,
 * and all of it again when others have written over it. One terminal, so one static state; the
 * screen (screen.h) attaches it.
 */

#include <stdbool.h>
#include <systemd/sd-event.h>

/* Have something drawn that has changed by itself: at once, or as soon as the terminal takes it,
 * and at most 20 times a second. One at a time: the last one counts, NULL for none. draw() finds
 * what is true by then. */
typedef void (*paint_fn)(void *userdata);
void paint_soon(paint_fn draw, void *userdata);

/* Draw all of it again, now: somebody else has written to the terminal. */
void paint_again(void);

/* Notice what the kernel writes on this virtual terminal, too: fd is what firstbootd's WatchScreen
 * gave; it is taken over. Without it only what comes through the terminal's device is noticed
 * (damage.h). */
int paint_watch_cells(int fd);

/* -- for screen.c ------------------------------------------------------------------------------ */

/* The terminal is gone: end the event loop. */
typedef int (*paint_gone_fn)(void);

/* Work on this event loop, which is borrowed, from curses' start to its end. */
int paint_attach(sd_event *event, paint_gone_fn gone);
void paint_detach(void);

/* The same for a terminal of lines, where nothing is drawn again that others have written over. */
int paint_attach_lines(sd_event *event, paint_gone_fn gone);

/* Nothing of ours is drawn from now on until the event loop's next turn. */
void paint_settle(void);
