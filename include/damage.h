/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Notice what others write over our screen: the kernel, PID 1's status lines, wall(1), journald's
 * ForwardToConsole=.
 *
 * Two signs of it, neither of which costs anything while nobody writes, however much a machine
 * logs:
 *
 * - inotify(7) on our terminal's node: whoever opens it for writing has damaged the screen by the
 *   time they close it. We never close it, so this is never ourselves. journald tells whatever the
 *   kernel logs as an emergency in this way, too (ForwardToWall=), so that it holds on serial
 * lines.
 * - on a virtual terminal, a poll(2) of its /dev/vcsaN, which the kernel wakes at every change of
 * the cells, whoever makes it. It takes root to open one, and nobody else shall read it: firstbootd
 *   opens it with neither read nor write access (the access mode 3 of open(2)) and hands it over.
 *   What we draw ourselves wakes it, too: damage_settle() forgets that.
 *
 * What the journal, /dev/kmsg or the cursor's position (ECMA-48 DSR) tell was left: they say that
 * something was logged rather than shown, are closed to our account, or answer into the input of
 * whoever reads the terminal next.
 */

#include <systemd/sd-event.h>

struct damage;
typedef void (*damage_fn)(void *userdata);

/* Have damaged() called from the event loop when the screen of this terminal is to be painted anew:
 * once it has been quiet for a moment, and rarely enough for the line's speed. tty and event are
 * borrowed. */
int damage_new(sd_event *event, int tty, damage_fn damaged, void *userdata, struct damage **ret);
struct damage *damage_free(struct damage *damage);

/* Follow the cells themselves: fd is what firstbootd's WatchScreen gave; it is taken over, also on
 * failure. */
int damage_watch_cells(struct damage *damage, int fd);

/* What was written until now was ours: to be called before the event loop sleeps. NULL is fine. */
void damage_settle(struct damage *damage);
