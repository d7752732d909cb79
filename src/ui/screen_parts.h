/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the files of screen.h have in common: one terminal, so one static state. */

#include <signal.h>
#include <stdio.h>
#include <systemd/sd-event.h>
#include <termios.h>

#include "screen.h"

struct screen_state {
	bool started, plain, typed, woken, ended, led_back, working;
	int told_rows, told_columns; /* as screen_set_size() has been told; 0: as the kernel says */
	uint64_t touched;
	void (*again)(void *userdata);
	void *again_userdata;
	sd_event *event;
	sd_event_source *input, *resize;
	struct termios before;
	sigset_t mask_before;
	FILE *stdout_before; /* NULL: it has not been replaced */
};

extern struct screen_state screen;

/* The terminal is gone: the loop ends. */
int screen_gone(void);
