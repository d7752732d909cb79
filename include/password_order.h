/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A password on its way from the bus to PAM: in a page of its own, locked, out of core dumps,
 * cleared by the _done. A child that is forked has a copy, which dies with it. */

#include <stddef.h>
#include <systemd/sd-bus.h>

struct password_order {
	char *bytes; /* not NUL-terminated */
	size_t length;
};

/* What is in the sealed memfd that is the one argument of message; on a negative answer error holds
 * a sentence. */
int password_order_read(sd_bus_message *message, struct password_order *ret, sd_bus_error *error);

/* One that nobody has chosen, of at least min_length characters, which can be read from a screen
 * and typed on a keyboard of any country: groups of four, parted by blanks, of letters that stand
 * in the same place on QWERTY, QWERTZ and AZERTY, without vowels, so that no words come, and of
 * digits, without those that look like a letter. 23 of them: 20 have 90 bits. */
int password_order_make(unsigned min_length, struct password_order *ret);

void password_order_done(struct password_order *order);
