/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"
#include "i18n.h"
#include "network_remarks.h"
#include "review_table.h"
#include "screen.h"
#include "textfile.h"
#include "util.h"
#include "wizard.h"

/* The page as text. */
struct review_text {
	const struct wizard *wizard;
	struct network_remarks *remarks; /* NULL: nothing of the network is to change */
	int columns;
	char *text; /* owned */
};

/* The whole page. */
static void print_page(FILE *file, const void *what)
{
	const struct review_text *review = what;
	const struct wizard *wizard = review->wizard;
	struct review_row rows[REVIEW_ROWS_MAX];
	size_t n = wizard_changes(wizard, rows);

	if (n == 0) {
		(void)fputs(wizard->first_boot && !wizard->completed
				    ? _("Nothing would change. \"Apply\" ends the setup.")
				    : _("Nothing would change."),
			file);
		return;
	}
	(void)fputs(_("Nothing has changed yet. \"Apply\" makes these changes:\n\n"), file);
	review_table_print(file, rows, n, review->columns, _("now"), _("new"));
	if (review->remarks)
		network_remarks_print(review->remarks, file);
}

/* Write the page for a screen of this width. */
static const char *write_text(int columns, void *userdata)
{
	struct review_text *review = userdata;

	free(take_ptr(review->text));
	review->columns = columns;
	if (textfile_compose(print_page, review, &review->text) < 0)
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

	if (wizard_changes_network(wizard))
		(void)network_remarks_new(wizard, &review.remarks);
	screen_flush_input();
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	network_remarks_free(review.remarks);
	free(review.text);
	return answer;
}

const struct page page_review = {
	.name = "review",
	.title = N_("Review"),
	.run = run,
};
