/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who calls, by the word of the bus alone. The bus policy has let in root and the console's account
 * only; this asks again, so that a mistake in one of the two opens nothing. */

#include <stdbool.h>
#include <sys/types.h>
#include <systemd/sd-bus.h>

#define CALLER_NOBODY ((uid_t)-1)

/* The effective uid of the sender when it is root or ui_uid. -EPERM for anyone else, and for
 * whoever has gone or cannot be asked about. */
int caller_identify(sd_bus_message *message, uid_t ui_uid, uid_t *ret_uid);

/* The effective uid of the sender, whoever that is; CALLER_NOBODY for who has gone. */
uid_t caller_uid(sd_bus_message *message);

#define CALLER_NAME_SIZE 128
#define CALLER_TTY_SIZE	 40

/* A connection, and who is at its other end. */
struct caller {
	char name[64]; /* its unique name on the bus; "" for nobody */
	uid_t uid;
	pid_t pid;		    /* 0: not known */
	char who[CALLER_NAME_SIZE]; /* "" until caller_describe() */
	char tty[CALLER_TTY_SIZE];  /* "tty1", "pts/0"; "": none, or not known */
};

/* Fill pid, who and tty of the sender, whose uid is known. who tells a person who it is: "tty1",
 * "ssh from 192.0.2.7", "root, process 812". Nothing in it is the sender's own word. For people
 * alone: a process may end while it is looked at, and another one have its number. */
void caller_describe(sd_bus_message *message, struct caller *caller);

/* May the caller's terminal be one of ttys, names below /dev or patterns of them, by blanks? One
 * that is not known may. */
bool caller_may_be_at(const struct caller *caller, const char *ttys);

/* Where a session of logind's comes from, likewise. False: it is of no terminal and of no other
 * machine. */
bool caller_describe_session(const char *session, char ret[static CALLER_NAME_SIZE]);
