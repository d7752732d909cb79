/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Dialogs: the only header through which a page asks something. Every one of them works at 40x12,
 * keeps what was typed when it is shown again, and ends by itself when screen_wake() was called. */

#include <stdbool.h>
#include <stddef.h>

#include "box.h"
#include "list.h"
#include "safe_text.h"

/* Text with one button, until it is pressed. */
void dialogs_message(const safe_char *title, const safe_char *text);

/* Text with two buttons; back_first puts the cursor on the second, for what cannot be undone. */
enum answer dialogs_confirm(const safe_char *title, const safe_char *text, const safe_char *yes,
	const safe_char *no, bool back_first);

/* One of n; *selected is where the cursor starts and ends. extra is the label of a third button, or
 * NULL. */
enum answer dialogs_menu(const safe_char *title, const safe_char *text,
	const struct choice *choices, size_t n, const safe_char *next, const safe_char *extra,
	size_t *selected);

/* Any of n, ticked with the space bar: ticked[] says which at the start and at the end. */
enum answer dialogs_checklist(const safe_char *title, const safe_char *text,
	const struct choice *choices, size_t n, const safe_char *next, bool *ticked);

#define FIELD_MAX 2048 /* as many search domains as fit into the settings */

struct field {
	const safe_char *label;
	char value[FIELD_MAX];
	const safe_char *hint; /* an example, below the field; NULL for none */
	const safe_char
		*problem; /* why the value was refused, in place of the hint; NULL for none */
};

/* Fields to fill in, Next, Back and perhaps a third button (F6, too). The cursor starts in *focus.
 */
enum answer dialogs_form(const safe_char *title, const safe_char *text, struct field *fields,
	size_t n, const safe_char *extra, size_t *focus);
