/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A password typed twice, kept in locked memory alone. Shows stars, counts characters, never bytes.
 */

#include "dialogs.h"
#include "safe_text.h"
#include "secret.h"

/* One field (again NULL) or two. rules stands above the fields before the first key; problem (or
 * NULL) below them. Both secrets are cleared unless the answer is ANSWER_NEXT. */
enum answer password_ask(const safe_char *title, const safe_char *rules, const safe_char *problem,
	struct secret *secret, struct secret *again);
