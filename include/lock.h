/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * When what root's password has opened closes again. firstbootd gives that right and ends it
 * (auth.h); this is the console's part of it: nobody finds pages open, or half a password typed,
 * that somebody else has left. It locks
 *
 * - when no key was pressed for IdleLockSeconds=,
 * - AUTH_ABSOLUTE_USEC after the password, whatever is pressed,
 * - when another virtual terminal is switched to, as the kernel tells in
 *   /sys/class/tty/tty0/active: no key comes from there, and whoever comes back may be another.
 *
 * Then the right is given back, and the customer is led back to the start screen (screen.h). A
 * hang-up and the hand-off to root's login end the program, and the right with it. While nobody has
 * begun to type the password nothing is watched.
 */

#include "app.h"
#include "safe_text.h"

enum lock_why {
	LOCK_NOT,
	LOCK_IDLE,     /* nobody is there */
	LOCK_SWITCHED, /* somebody was elsewhere */
	LOCK_TIME,     /* somebody is there, who is to be told why */
};

/* Open what is watched later, before the process is confined. Without it no switch is noticed: on a
 * terminal that is no virtual one there is none. */
void lock_prepare(void);

/* The password is about to be typed; app is borrowed until the program ends. */
void lock_begin(struct app *app);

/* It was right. */
void lock_opened(void);

/* The start screen is left for a page; it is there again. Was it locked meanwhile? Then what was
 * typed is to be forgotten. */
void lock_enter_pages(void);
enum lock_why lock_leave_pages(void);

/* What the customer is told for LOCK_TIME. */
const safe_char *lock_sentence(void);
