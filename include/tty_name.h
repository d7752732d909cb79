/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Names of terminals. */

#include <stdbool.h>

/* Is this, by its path or its name below /dev, one of the virtual consoles: "tty" and a number? */
bool tty_name_is_virtual(const char *name);
