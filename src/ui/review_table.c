/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "review_table.h"

#include "form.h"
#include "i18n.h"
#include "screen.h"
#include "util.h"
#include "wrap.h"

#define TABLE_COLUMNS 60 /* narrower than this, the values stand below one another */
#define SUBJECT_PART  4	 /* the first column has a quarter of the table */
#define CELL_ROWS     24

/* Where the text is written to. */
struct sink {
	FILE *file;
	int subject, value; /* columns */
};

/* One row of a cell, filled up with blanks. */
static void print_cell(FILE *file, const struct wrap_row *rows, size_t n, size_t at, int columns)
{
	int used = 0;

	if (at < n) {
		size_t length = rows[at].length;

		while (length > 0 && rows[at].text[length - 1] == ' ')
			length--;
		draw_print(file, "%.*s", (int)length, rows[at].text);
		used = wrap_columns(rows[at].text, length);
	}
	if (columns > used)
		draw_print(file, "%*s", columns - used, OURS(""));
}

/* A row of the table, as many lines as its longest cell has. */
static void print_row(const struct sink *sink, const safe_char *subject, const safe_char *now,
	const safe_char *wanted)
{
	struct wrap_row cells[3][CELL_ROWS];
	size_t n[3] = { wrap_text(subject, sink->subject - 2, cells[0], CELL_ROWS),
		wrap_text(now, sink->value - 2, cells[1], CELL_ROWS),
		wrap_text(wanted, sink->value - 2, cells[2], CELL_ROWS) };

	for (size_t at = 0; at < n[0] || at < n[1] || at < n[2]; at++) {
		print_cell(sink->file, cells[0], n[0], at, sink->subject);
		print_cell(sink->file, cells[1], n[1], at, sink->value);
		print_cell(sink->file, cells[2], n[2], at, 0);
		draw_print(sink->file, "\n");
	}
}

void review_table_print(FILE *file, const struct review_row *rows, size_t n, int columns,
	const safe_char *now, const safe_char *wanted)
{
	struct sink sink = { .file = file, .subject = columns / SUBJECT_PART };

	sink.value = (columns - sink.subject) / 2;
	if (columns >= TABLE_COLUMNS)
		print_row(&sink, OURS(""), now, wanted);
	for (size_t i = 0; i < n; i++) {
		struct safe_str subject = safe_text(rows[i].subject, 0),
				before = safe_text(rows[i].now, 0),
				after = safe_text(rows[i].wanted, 0);

		if (columns >= TABLE_COLUMNS)
			print_row(&sink, subject.text, before.text, after.text);
		else
			draw_print(file, "%s\n  %s: %s\n  %s: %s\n", subject.text, now, before.text,
				wanted, after.text);
	}
}

/* The screen as text. */
struct question {
	const struct review_row *rows;
	size_t n;
	const safe_char *after;
	int columns;
	safe_char *text; /* owned */
};

/* What it says. */
static void print_question(FILE *file, const void *what)
{
	const struct question *question = what;

	draw_print(file, "%s", _("Nothing has changed yet. \"Apply\" makes these changes:\n\n"));
	review_table_print(
		file, question->rows, question->n, question->columns, _("now"), _("new"));
	if (question->after)
		draw_print(file, "\n%s", question->after);
}

/* Write it for a screen of this width. */
static const safe_char *write_question(int columns, void *userdata)
{
	struct question *question = userdata;

	free(take_ptr(question->text));
	question->columns = columns;
	if (draw_compose(print_question, question, &question->text) < 0)
		return _("Not enough memory to show the changes.");
	return question->text;
}

enum answer review_table_ask(
	const safe_char *title, const struct review_row *rows, size_t n, const safe_char *after)
{
	struct question question = { .rows = rows, .n = n, .after = after };
	struct form form = {
		.title = title,
		.write_text = write_question,
		.userdata = &question,
		.buttons = { _("Apply"), _("Back") },
		.weighty = true,
	};
	enum answer answer;

	screen_flush_input();
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	free(question.text);
	return answer;
}
