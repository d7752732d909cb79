/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Plain lines: what every widget is made of on a terminal that cannot move its cursor, or whose
 * user has it read aloud. Text is only ever added; a question stands at the end, and is answered by
 * a line.
 */

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "safe_text.h"

#define PLAIN_WORD_MAX 64

/* What a line chooses. */
enum plain_kind {
	PLAIN_ENTER,  /* nothing was typed */
	PLAIN_NUMBER, /* 1 or more, in number */
	PLAIN_BACK,   /* b or q; or no line will come any more */
	PLAIN_WORD,   /* anything else, in word */
	PLAIN_WOKEN,  /* screen_wake() */
};

struct plain_choice {
	size_t number;
	char word[PLAIN_WORD_MAX];
};

/* Columns that text is wrapped to. */
int plain_columns(void);

/* Print text, and end its line. */
void plain_say(const safe_char *text);

/* Print text and a prompt behind it, unless both stand there and wait for an answer already. Takes
 * text over, which may be NULL: not enough memory. */
void plain_ask(safe_char *text, const safe_char *prompt);

/* Does a question stand there that nobody has answered? So it is behind PLAIN_WOKEN. */
bool plain_is_asked(void);

/* Wait for a choice. */
enum plain_kind plain_choose(struct plain_choice *ret);

/* Say that a line chose nothing that there is, and ask again. */
void plain_refuse(const safe_char *prompt);

/* Ask for a value into buf, as a string; hidden: it is not shown. What cannot be taken is said, and
 * it is asked for again. Returns its length, or -ECANCELED. */
ssize_t plain_read_value(const safe_char *prompt, char *buf, size_t size, bool hidden);
