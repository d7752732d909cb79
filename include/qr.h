/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The QR code of a short text (ISO/IEC 18004), by libqrencode. The library is loaded when it is
 * first asked for, or by qr_load(). */

#include <stdbool.h>
#include <stdint.h>

#define QR_SIDE_MAX 57 /* version 10: 213 bytes of text, or 271 */

enum qr_level {
	QR_LEVEL_M, /* may be read with 15 % of it damaged */
	QR_LEVEL_L, /* 7 % */
	QR_N_LEVELS,
};

struct qr {
	int side; /* modules; 0: none */
	bool dark[QR_SIDE_MAX][QR_SIDE_MAX];
};

/* Load the library now: afterwards this process may load none (syscall_filter.h). Nothing happens
 * where it is not installed; takes 70 us. */
void qr_load(void);

/* -EOPNOTSUPP: built without libqrencode, or it is not installed. -E2BIG, -ENOMEM. */
int qr_encode(const char *text, enum qr_level level, struct qr *ret);
