/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The terminal. One event loop runs below everything that waits for a key. */

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <systemd/sd-event.h>
#include <wchar.h>

struct _win_st; /* curses' WINDOW */

/* What it may be drawn on. Of a terminal that says it is larger, a part is used: curses keeps 84
 * bytes for each cell. */
#define SCREEN_MIN_COLUMNS 40
#define SCREEN_MIN_ROWS	   12
#define SCREEN_MAX_COLUMNS 500
#define SCREEN_MAX_ROWS	   200

/* Take the terminal: checks TERM first (curses would exit), raw mode with ISIG and IXON off, size.
 * -ENOTTY, or -EOPNOTSUPP when the terminal cannot move its cursor: use plain lines then. */
int screen_start(sd_event *event);

/* Take the terminal for lines alone, which it edits itself: nothing is drawn, what is asked is
 * printed and answered by a line (plain_lines.h). -ENOTTY. */
int screen_start_plain(sd_event *event);

/* Is it taken so? */
bool screen_is_plain(void);

/* The size of a terminal that the kernel does not know; before screen_start() or later. */
void screen_set_size(int height, int width);

/* Can the terminal that TERM names move its cursor and clear? */
bool screen_can_move(void);

/* Run the event loop until something is typed on a terminal of lines, and read it: a line, or as
 * much of it as fits. -EINTR: screen_wake() was called. -ECANCELED: no line will come any more. */
ssize_t screen_read_plain(char *buf, size_t size);

/* The same without reading it, on any terminal that is ours. */
int screen_await_input(void);

/* There is no terminal, and nothing is drawn: what waits for something runs this loop meanwhile. */
void screen_do_without(sd_event *event);

/* Is there a terminal that is ours? */
bool screen_is_started(void);

/* Give it back as it was; safe to call twice and from atexit(3). */
void screen_stop(void);

/* The same at once, whatever it has not taken yet of what was written. */
void screen_abandon(void);

/* The next key typed into win, as wget_wch(3) tells it, after running the event loop until there is
 * one. ERR: screen_wake() was called, or the event loop is to end (screen_ended()). KEY_RESIZE
 * comes through, too; never while the screen is too small. */
int screen_read(struct _win_st *win, wint_t *ret);

/* The same for curses' own screen: a character or KEY_*; -ECANCELED for ERR. */
int screen_get_key(void);

/* Make the one who waits for a key return: what it shows has become wrong. */
void screen_wake(void);

/* The loop that runs below. Borrowed; NULL while there is none. */
sd_event *screen_event(void);

/* Run the event loop, taking no keys, until *done. False: the loop ended before. */
bool screen_wait(const bool *done);

/* The terminal is gone or the event loop was told to exit: no key will come any more. Every dialog
 * answers ANSWER_BACK then, so that everything unwinds. The same holds while the customer is led
 * back. */
bool screen_ended(void);

/* Lead back to the start screen: nobody gets a key any more (screen_ended()) until it is there and
 * says screen_is_back(). Plain lines do so, too. */
void screen_lead_back(void);
void screen_is_back(void);

/* Somebody is there: a key has come, or what the customer waits for. When that was last, by
 * CLOCK_BOOTTIME, usec. */
void screen_touch(void);
uint64_t screen_touched(void);

/* Is something under way that takes no keys (screen_wait())? */
bool screen_is_working(void);

/* Throw away what was typed ahead; before every screen where Enter confirms something. */
void screen_flush_input(void);

/* What Ctrl-L does beside drawing everything again, on every screen. */
void screen_on_again(void (*again)(void *userdata), void *userdata);

/* Too small to draw in (a line says so until it is larger)? */
bool screen_too_small(void);
