/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* In place of qr.c where there is no libqrencode. */

#include "qr.h"

#include <errno.h>

void qr_load(void)
{
}

int qr_encode(const char *text, enum qr_level level, struct qr *ret)
{
	return -EOPNOTSUPP;
}
