/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Which files the start screen may open from now on (landlock(7)), whoever else may read them.
 *
 *   below                what is read there
 *   /usr                 terminal descriptions, translations, time zones, os-release, the vendor's
 *                          settings: what everybody has; likewise below the prefix of the build
 *   /etc                 settings of the machine and ours; the report
 *   /run                 leases, name servers, time servers, what systemd knows
 *   /proc, /sys          facts about the machine
 *   /var/log/wtmp        how the last boot ended
 *   /dev                 only its list, for the name of the terminal; of its files /dev/null alone,
 *                          which settings of the vendor's may be masked with
 *
 * Nothing may be written, made, removed or renamed anywhere, nothing executed, no device that is
 * opened from now on may be controlled (ioctl), no TCP port connected to or taken, no abstract
 * socket of others reached, no process outside be sent a signal: as much of it as the kernel knows.
 * What is open already, the terminal, stays as it is.
 *
 * It comes on top of the account's own rights and of the filter of system calls (syscall_filter.h).
 * Kernels before 5.13, and those that were started without it, have none of it: then nothing
 * happens, as there is nothing that it alone would stop.
 */

/* Limit this process for the rest of its life; sets no_new_privs. Returns the version of the
 * kernel's interface, 0 where there is none; negative errno: it is there, but not in force. */
int file_access_limit(void);
