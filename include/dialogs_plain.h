/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* The lists of dialogs.h in plain lines. */

#include "dialogs.h"

/* As dialogs_menu(). */
enum answer dialogs_plain_menu(const safe_char *title, const safe_char *text,
	const struct choice *choices, size_t n, const safe_char *extra, size_t *selected);

/* As dialogs_checklist(). */
enum answer dialogs_plain_checklist(const safe_char *title, const safe_char *text,
	const struct choice *choices, size_t n, const safe_char *next, bool *ticked);
