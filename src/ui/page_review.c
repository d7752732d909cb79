/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"
#include "i18n.h"
#include "review_table.h"
#include "safe_text.h"
#include "screen.h"
#include "util.h"
#include "wizard.h"

/* The page as text. */
struct review_text {
	const struct wizard *wizard;
	char *text; /* owned */
};

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
		review_table_print(file, rows, n, columns, _("now"), _("new"));
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
