/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* What the product is called wherever its name stands as a title. */

#include "conf.h"
#include "safe_text.h"

/* Its name and its version, if it has one. Needs setlocale(LC_CTYPE). */
struct safe_str product_title(const struct conf *conf);
