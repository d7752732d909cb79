/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * The keyboard layout of the virtual consoles of the machine below root ("" for this one).
 *
 * There are two ways to have one. systemd's own reads a keymap of kbd, which vconsole.conf(5)
 * names. Debian's console-setup makes one of a layout of XKB, which /etc/default/keyboard
 * (keyboard(5)) names: it is the one wherever that file is, and vconsole.conf says nothing then.
 */

#include <stdbool.h>

#include "names_list.h"

#define KEYMAP_NAME_SIZE 64

/* A layout as XKB has it. */
struct keymap_xkb {
	char layout[KEYMAP_NAME_SIZE], variant[KEYMAP_NAME_SIZE];
};

/* Is it Debian's way here? */
bool keymap_is_debian(const char *root);

/* The layout of now: "us", or of XKB with a variant "de(nodeadkeys)"; "": none is set. */
void keymap_read(const char *root, char ret[static KEYMAP_NAME_SIZE]);

/* Can a layout be called that? */
bool keymap_check_name(const char *name);

/* Those that are installed. -ENOENT: none are. */
int keymap_list(const char *root, struct names_list *ret);

/* Is it one of them? */
bool keymap_is_installed(const char *root, const char *name);

/* Is this the layout of now, by whatever of its names? */
bool keymap_is_set(const char *root, const char *name);

/* What a name is to XKB: one of kbd's by systemd's table of them, else a layout of its own. False:
 * neither. */
bool keymap_find_xkb(const char *root, const char *name, struct keymap_xkb *ret);

/* The text of /etc/default/keyboard with this layout; all else in it stays. -ENOMEM. Caller frees.
 */
int keymap_set_xkb(const char *text, const struct keymap_xkb *xkb, char **ret);
