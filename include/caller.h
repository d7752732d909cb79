/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Who calls, by the word of the bus alone. The bus policy has let in root and the console's account
 * only; this asks again, so that a mistake in one of the two opens nothing. */

#include <sys/types.h>
#include <systemd/sd-bus.h>

/* The effective uid of the sender when it is root or ui_uid. -EPERM for anyone else, and for
 * whoever has gone or cannot be asked about. */
int caller_identify(sd_bus_message *message, uid_t ui_uid, uid_t *ret_uid);
