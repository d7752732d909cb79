/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* os-release(5). */

/* The text of /etc/os-release, else of /usr/lib/os-release, below root; "" where neither can be
 * read. Caller frees. -ENOMEM. */
int osrelease_read(const char *root, char **ret);

/* The value of key in such a text, without its shell quoting; "" where it is not set. Caller frees.
 * -ENOMEM. */
int osrelease_get(const char *text, const char *key, char **ret);
