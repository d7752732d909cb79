/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who calls, by the word of the bus alone. The bus policy has let in root and the console's account
 * only; this asks again, so that a mistake in one of the two opens nothing. */

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

/* The effective uid of the sender when it is root or ui_uid. -EPERM for anyone else, and for
 * whoever has gone or cannot be asked about. */
int caller_identify(sd_bus_message *message, uid_t ui_uid, uid_t *ret_uid);

#define CALLER_NAME_SIZE 128

/* The sender in words that tell a person who it is: "tty1", "ssh from 192.0.2.7", "root, process
 * 812". Nothing in them is the sender's own word. For people alone: a process may end while it is
 * looked at, and another one have its number. */
void caller_describe(sd_bus_message *message, uid_t uid, char ret[static CALLER_NAME_SIZE]);

/* Where a session of logind's comes from, likewise. False: it is of no terminal and of no other
 * machine. */
bool caller_describe_session(const char *session, char ret[static CALLER_NAME_SIZE]);
