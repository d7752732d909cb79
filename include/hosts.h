/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Keep /etc/hosts in step with the hostname. */

/* The text of hosts(5) with the machine's own name changed: the first 127.0.1.1 line (Debian's
 * convention; added after the last loopback line where there is none) becomes "127.0.1.1 FQDN
 * SHORT", or just the name when it has no dot. Every other line and comment stays to the byte. text
 * may be NULL (no file yet). Caller frees. -ENOMEM. */
int hosts_set_hostname(const char *text, const char *hostname, char **ret);
