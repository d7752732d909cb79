/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* A box with text, fields and buttons. No copy of what is typed into it stays in the heap. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "box.h"
#include "line.h"
#include "safe_text.h"

#define FORM_CHOSEN_NONE SIZE_MAX

struct form_field {
	const safe_char *label;
	struct line line;
	const safe_char *const
		*choices;	  /* one of them is chosen, and no line typed; NULL: a line */
	size_t n_choices, chosen; /* chosen: FORM_CHOSEN_NONE for none yet */
	bool absent;		  /* neither shown nor asked now */
	bool hidden;		  /* shown as stars */
	const safe_char *hint;	  /* under the field, wrapped; NULL for none */
	const safe_char
		*problem; /* why the value was refused, in place of the hint; NULL for none */
};

struct form {
	const safe_char *title, *text;
	/* Writes text anew for this many columns whenever the size has changed; NULL: text stays.
	 */
	const safe_char *(*write_text)(int columns, void *userdata);
	/* A field has been changed. True: other fields are absent now, or texts have changed. NULL:
	 * nothing depends on any field. */
	bool (*changed)(struct form *form);
	void *userdata;
	struct form_field *fields;
	size_t n_fields;	     /* 0: the text alone, which scrolls */
	const safe_char *buttons[4]; /* for ANSWER_NEXT, ANSWER_BACK, ANSWER_EXTRA; then NULL */
	size_t focus;		     /* field, or n_fields + button */
	bool weighty; /* the first button counts only after a moment without Enter: none held down
		       */
	bool weighty_all; /* so does every other one */
	bool stale;	  /* form.c's own, too: to be laid out anew */
	uint64_t entered; /* form.c's own: when Enter was last pressed, or the box came */
};

/* Show it until a button is pressed. Tab, Up and Down go through fields and buttons; Enter in a
 * field is ANSWER_NEXT, Esc is ANSWER_BACK, F6 is ANSWER_EXTRA; Enter and Space press a button.
 * Left, Right, Space and first letters go through choices. ANSWER_WOKEN leaves what was typed and
 * the focus as they are. */
enum answer form_run(struct form *form);

/* The same box without buttons or keys, once: something is going on. hint (or NULL) stands below.
 */
void form_paint(const safe_char *title, const safe_char *text, const safe_char *hint);
