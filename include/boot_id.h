/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The name of this boot, the same for as long as the kernel runs. */

#define BOOT_ID_SIZE 33

/* 32 hexadecimal digits: the kernel's word, or PID 1's in the environment (BOOT_ID=) where
 * /proc/sys is closed to the service. -ENOENT: neither. */
int boot_id_read(const char *root, char ret[static BOOT_ID_SIZE]);
