/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The addresses of a name. A name server's answer is taken apart by systemd-resolved, else by a
 * child process that is thrown away afterwards: the C library's resolver cannot be left in the
 * middle.
 */

#include <systemd/sd-bus.h>
#include <systemd/sd-event.h>

#include "ip.h"

#define LOOKUP_USEC (5 * 1000000ULL)
#define LOOKUP_MAX  16

enum lookup_kind {
	LOOKUP_HERE,   /* whatever this machine would take it for (nsswitch.conf(5)) */
	LOOKUP_OTHERS, /* as other machines may find it: by DNS and by mDNS, not by /etc/hosts, nor
			  because it is this machine's own hostname */
};

struct lookup;

/* error: 0, also where the name has no address; -ETIMEDOUT, -EAGAIN: no name server has answered.
 * addrs are borrowed, the best first. done may free lookup. */
typedef void (*lookup_done_fn)(int error, const struct ip_addr *addrs, size_t n, void *userdata);

/* name has passed arguments_name(). */
int lookup_new(sd_event *event, sd_bus *bus, const char *name, enum lookup_kind kind,
	lookup_done_fn done, void *userdata, struct lookup **ret);
struct lookup *lookup_free(struct lookup *lookup);
