/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "picture.h"

#include "util.h"

/* The first URL; "" where there is none, or only bare addresses. */
static const char *find_url(const struct status_line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lines[i].kind == STATUS_URL)
			return strncmp(safe_bytes(lines[i].text), "http", 4) == 0
				       ? safe_bytes(lines[i].text)
				       : "";
	return "";
}

void picture_update(struct picture *picture, const struct status_line *lines, size_t n)
{
	const char *url = picture->pen == QR_PEN_NONE ? "" : find_url(lines, n);

	if (streq(url, picture->url))
		return;
	(void)snprintf(picture->url, sizeof(picture->url), "%s", url);
	for (size_t i = 0; i < QR_N_LEVELS; i++)
		if (!*url || qr_encode(url, i, &picture->codes[i]) < 0)
			picture->codes[i].side = 0;
}

int picture_layout(const struct picture *picture, const struct status_line *lines, size_t n,
	int columns, int height, struct layout *ret, const struct qr **ret_code)
{
	for (size_t i = 0; i < QR_N_LEVELS; i++) {
		const struct qr *code = &picture->codes[i];
		struct layout_box box;
		int r;

		if (code->side == 0 || (i > 0 && code->side == picture->codes[i - 1].side))
			continue;
		qr_measure(code, picture->pen, &box);
		r = layout_build(lines, n, columns, height, &box, ret);
		if (r < 0)
			return r;
		if (ret->box.rows > 0) {
			*ret_code = code;
			return 0;
		}
		layout_done(ret);
	}
	*ret_code = NULL;
	return layout_build(lines, n, columns, height, NULL, ret);
}
