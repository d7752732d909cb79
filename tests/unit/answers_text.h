/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Answers, what is wrong with them, and both as text. */

#include "answers.h"
#include "test.h"
#include "textfile.h"
#include "util.h"

#define HASH                                                                                       \
	"$6$saltsaltsaltsalt$"                                                                     \
	"eRYUJ6lhzzVzjCNQCoxjgjcAB5G7Z1TiNqnBgcrn6JyVvYQsSNpTrLhNZNZDzNQbEvxD1nTUiXsvr0FWPVMZM."
#define KEY "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJFN3OHCmKYOsgPdBnTlPx9pNKW7NFJHKTeBD3DLGCvL op"

static struct answers answers;
static struct answers_problems problems;
static char told[16384];

/* All problems, each as "line: text" on a line of its own. */
static inline const char *tell(void)
{
	size_t n = 0;

	told[0] = '\0';
	for (size_t i = 0; i < problems.n; i++)
		n += (size_t)snprintf(told + n, sizeof(told) - n, "%u: %s\n", problems.all[i].line,
			problems.all[i].text);
	return told;
}

/* Read a text as the first one. */
static inline const char *read_text(const char *text)
{
	answers_done(&answers);
	answers_problems_done(&problems);
	test_equal_int(answers_read(text, "a.ini", &answers, &problems), 0);
	return tell();
}

/* Add words of a command line. */
static inline const char *set_words(const char *const *words)
{
	answers_problems_done(&problems);
	for (; *words; words++)
		test_equal_int(answers_set(*words, &answers, &problems), 0);
	return tell();
}

static inline void write_all(FILE *f, const void *what)
{
	test_equal_int(answers_write(f, what), 0);
}

/* The answers as a file. Freed by the next call. */
static inline const char *write_text(void)
{
	static char *text;

	free(text);
	text = NULL;
	test_equal_int(textfile_compose(write_all, &answers, &text), 0);
	return text;
}
