/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The QR code of the main URL on the dashboard: made again when the URL changes, and placed where
 * it costs nothing. */

#include "qr_draw.h"
#include "status.h"

struct picture {
	enum qr_pen pen;
	char url[sizeof(((struct status_line *)NULL)->text)]; /* what codes are of; "" for none */
	struct qr codes[QR_N_LEVELS];
};

/* Take in what is shown: its first URL, where there is one that a browser can open. */
void picture_update(struct picture *picture, const struct status_line *lines, size_t n);

/* layout_build() with the code that is read best of those that fit. *ret_code is the one to be
 * drawn at ret->box, or NULL; borrowed until picture_update(). */
int picture_layout(const struct picture *picture, const struct status_line *lines, size_t n,
	int columns, int height, struct layout *ret, const struct qr **ret_code);
