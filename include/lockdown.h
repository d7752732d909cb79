/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The first lines of the login shell: security before the first untrusted byte. */

/* Refuse anything but our own account on a terminal of its own, with no arguments; clear the
 * environment (TERM from a list), close other descriptors, limit resources, no_new_privs, not
 * dumpable, signals. Exits with 77 (arguments) or 78 (not the console) on refusal. */
void lockdown(int argc, char **argv);
