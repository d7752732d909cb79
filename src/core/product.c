/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "product.h"

#define NAME_COLUMNS	60
#define VERSION_COLUMNS 30

struct safe_str product_title(const struct conf *conf)
{
	struct safe_str name = safe_text(conf->product_name, NAME_COLUMNS);
	struct safe_str version = safe_text(conf->product_version, VERSION_COLUMNS);
	safe_char text[2 * SAFE_TEXT_MAX + 2];

	(void)safe_format(
		text, sizeof(text), *version.text ? "%s %s" : "%s%s", name.text, version.text);
	return safe_cut(text, 0);
}
