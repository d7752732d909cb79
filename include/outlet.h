/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * What is written to the terminal without ever waiting for it. A line of 300 baud takes minutes for
 * two screens, and one that somebody holds takes nothing: what is not taken at once is kept here
 * and written by the event loop, which goes on meanwhile. curses knows of none of it: its write(2)
 * to standard output is ours.
 *
 * So that nothing obsolete waits here, whoever draws looks at outlet_is_held() before.
 */

#include <stdbool.h>
#include <stdio.h>
#include <systemd/sd-event.h>

/* The terminal takes output again (all that was kept is gone), or it is gone itself. */
typedef int (*outlet_fn)(void);

/* Begin to do so with what is written to standard output. event is borrowed. */
int outlet_attach(sd_event *event, outlet_fn ready, outlet_fn gone);

/* End it. What is kept then is waited for as any other program would, which a signal ends. */
void outlet_detach(void);

/* Forget what is kept: nobody will read it. */
void outlet_drop(void);

/* A stream for lines of text that leads here, to be closed before outlet_detach(); NULL: out of
 * memory. */
FILE *outlet_stream(void);

/* Would what is written now have to wait? The line is slow (n_tty lets 256 bytes wait), or it has
 * been stopped (scroll lock, flow control). */
bool outlet_is_held(void);

/* Have ready() called once it would not. */
int outlet_await(void);
