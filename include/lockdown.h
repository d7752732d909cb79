/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The first lines of the login shell: security before the first untrusted byte. */

/* Refuse arguments (exits with 77) and any account but our own (78); clear the environment (TERM
 * from a list), close other descriptors, limit resources, no_new_privs, not dumpable, signals;
 * files to be read alone (file_access.h), and no system calls but those on a list
 * (syscall_filter.h, which says what happens before). Exits with 78 where that cannot be had. */
void lockdown(int argc, char **argv);

/* Refuse a terminal that is not one of the consoles: names below /dev or patterns of them
 * (glob(7)), separated by spaces, from the vendor's configuration. Exits with 78. */
void lockdown_terminal(const char *consoles);
