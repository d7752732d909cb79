/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Dialogs, by libdialog: the only header through which a page asks something. Every one of them
 * works at 40x12, keeps what was typed when it is shown again, and ends by itself when
 * screen_wake() was called. (libdialog has the names dialog_* itself.) */

#include <stdbool.h>
#include <stddef.h>

#include "box.h"

/* Text with one button, until it is pressed. */
void dialogs_message(const char *title, const char *text);

/* Text with two buttons; back_first puts the cursor on the second, for what cannot be undone. */
enum answer dialogs_confirm(
	const char *title, const char *text, const char *yes, const char *no, bool back_first);

struct choice {
	const char *tag; /* the key to press */
	const char *text;
};

/* One of n; *selected is where the cursor starts and ends. extra is the label of a third button, or
 * NULL. */
enum answer dialogs_menu(const char *title, const char *text, const struct choice *choices,
	size_t n, const char *next, const char *extra, size_t *selected);

/* Any of n, ticked with the space bar: ticked[] says which at the start and at the end. */
enum answer dialogs_checklist(const char *title, const char *text, const struct choice *choices,
	size_t n, const char *next, bool *ticked);

#define FIELD_MAX 2048 /* as many search domains as fit into the settings */

struct field {
	const char *label;
	char value[FIELD_MAX];
	const char *hint;    /* an example, below the field; NULL for none */
	const char *problem; /* why the value was refused, in place of the hint; NULL for none */
};

/* Fields to fill in, Next, Back and perhaps a third button (F6, too). The cursor starts in *focus.
 */
enum answer dialogs_form(const char *title, const char *text, struct field *fields, size_t n,
	const char *extra, size_t *focus);
