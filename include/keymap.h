/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The keyboard layout of the virtual consoles of the machine below root ("" for this one). */

#include <stdbool.h>

#define KEYMAP_NAME_SIZE 64

/* The layout of now, as vconsole.conf(5) names it, or Debian's keyboard(5); "": none is set. */
void keymap_read(const char *root, char ret[static KEYMAP_NAME_SIZE]);

/* Can a layout be called that? */
bool keymap_check_name(const char *name);
