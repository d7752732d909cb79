/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"
#include "i18n.h"
#include "safe_text.h"
#include "screen.h"
#include "util.h"
#include "wizard.h"
#include "wrap.h"

#define TABLE_COLUMNS 60 /* narrower than this, the values stand below one another */
#define SUBJECT_PART  4	 /* the first column has a quarter of the table */
#define CELL_ROWS     24

/* The page as text. */
struct review_text {
	const struct wizard *wizard;
	char *text; /* owned */
};

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
		(void)fprintf(file, "%.*s", (int)length, rows[at].text);
		used = wrap_columns(rows[at].text, length);
	}
	if (columns > used)
		(void)fprintf(file, "%*s", columns - used, "");
}

/* A row of the table, as many lines as its longest cell has. */
static void print_row(
	const struct sink *sink, const char *subject, const char *now, const char *wanted)
{
	struct wrap_row cells[3][CELL_ROWS];
	size_t n[3] = { wrap_text(subject, sink->subject - 2, cells[0], CELL_ROWS),
		wrap_text(now, sink->value - 2, cells[1], CELL_ROWS),
		wrap_text(wanted, sink->value - 2, cells[2], CELL_ROWS) };

	for (size_t at = 0; at < n[0] || at < n[1] || at < n[2]; at++) {
		print_cell(sink->file, cells[0], n[0], at, sink->subject);
		print_cell(sink->file, cells[1], n[1], at, sink->value);
		print_cell(sink->file, cells[2], n[2], at, 0);
		(void)fputc('\n', sink->file);
	}
}

/* The rows, beside one another or, on a narrow screen, below one another. */
static void print_changes(FILE *file, const struct review_row *rows, size_t n, int columns)
{
	struct sink sink = { .file = file, .subject = columns / SUBJECT_PART };

	sink.value = (columns - sink.subject) / 2;
	if (columns >= TABLE_COLUMNS)
		print_row(&sink, "", _("now"), _("new"));
	for (size_t i = 0; i < n; i++) {
		if (columns >= TABLE_COLUMNS)
			print_row(&sink, rows[i].subject, rows[i].now, rows[i].wanted);
		else
			(void)fprintf(file, _("%s\n  now: %s\n  new: %s\n"), rows[i].subject,
				rows[i].now, rows[i].wanted);
	}
}

/* The whole page. */
static void print_page(FILE *file, const struct wizard *wizard, int columns)
{
	struct review_row rows[REVIEW_ROWS_MAX];
	size_t n = wizard_changes(wizard, rows);
	const struct net_draft *draft;

	if (n == 0)
		(void)fputs(wizard->first_boot && !wizard->completed
				    ? _("Nothing would change. \"Apply\" ends the setup.")
				    : _("Nothing would change."),
			file);
	else {
		(void)fputs(_("Nothing has changed yet. \"Apply\" makes these changes:\n\n"), file);
		print_changes(file, rows, n, columns);
	}
	draft = wizard_changes_network(wizard) ? wizard_without_cable(wizard) : NULL;
	if (draft)
		(void)fprintf(file,
			_("\n%s has no cable. The settings are stored all the same, and work as "
			  "soon as it is plugged in."),
			safe_text(draft->wanted.ifname, 0).text);
}

/* Write the page for a screen of this width. */
static const char *write_text(int columns, void *userdata)
{
	struct review_text *review = userdata;
	size_t size;
	FILE *file;

	free(take_ptr(review->text));
	file = open_memstream(&review->text, &size);
	if (!file)
		return _("Not enough memory to show the changes.");
	print_page(file, review->wizard, columns);
	if (fclose(file) != 0 || !review->text)
		return _("Not enough memory to show the changes.");
	return review->text;
}

/* Old and new of everything that will change. */
static enum answer run(struct wizard *wizard)
{
	struct review_text review = { .wizard = wizard };
	struct form form = {
		.title = wizard->title,
		.write_text = write_text,
		.userdata = &review,
		.buttons = { _("Apply"), _("Back") },
		.weighty = true,
	};
	enum answer answer;

	screen_flush_input();
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	free(review.text);
	return answer;
}

const struct page page_review = {
	.name = "review",
	.title = N_("Review"),
	.run = run,
};
