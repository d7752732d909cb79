/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "form.h"
#include "i18n.h"
#include "network_remarks.h"
#include "review_table.h"
#include "screen.h"
#include "util.h"
#include "wizard.h"

/* The page as text. */
struct review_text {
	const struct wizard *wizard;
	struct network_remarks *remarks; /* NULL: nothing of the network is to change */
	bool may_be_blind;		 /* without proof */
	int columns;
	safe_char *text; /* owned */
};

/* Before the appliance is claimed: what its console will not do any more. */
static void print_warning(const struct wizard *wizard, FILE *file)
{
	if (wizard->first_boot && wizard->app->conf.shell == SHELL_OFF)
		draw_print(file, "%s",
			_("\nNobody can log in at the console of this appliance. Keep root's "
			  "password safe: what neither the settings nor the network can mend "
			  "then takes another system that reads this machine's disk.\n"));
}

/* What the unattended start has brought, and is in force already. */
static void print_given(const struct wizard *wizard, FILE *file)
{
	static const struct {
		unsigned what;
		const safe_char *name;
	} names[] = {
		{ GIVEN_NETWORK, N_("Network") },
		{ GIVEN_HOSTNAME, N_("Hostname") },
		{ GIVEN_TIMEZONE, N_("Time zone") },
		{ GIVEN_KEYMAP, N_("Keyboard") },
		{ GIVEN_EULA, N_("Licence") },
		{ GIVEN_LOGIN, N_("root's login") },
	};
	const struct given *given = &wizard->app->given;
	const safe_char *comma = OURS("");

	if (!wizard->first_boot || !given->taken || (!given->what && !*given->steps))
		return;
	draw_print(file, "%s", OURS("\n"));
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		if (!(given->what & names[i].what))
			continue;
		draw_print(file, "%s%s", comma, translate(names[i].name));
		comma = OURS(", ");
	}
	for (size_t i = 0; i < wizard->steps->defs.n; i++) {
		const struct step_def *step = &wizard->steps->defs.all[i];

		if (!given_has_page(given, step->name))
			continue;
		draw_print(file, "%s%s", comma, safe_text(step->title, 0).text);
		comma = OURS(", ");
	}
	draw_print(file, _(": given by %s, and in force. \"Back\" leads there.\n"),
		safe_text(given->source, 0).text);
}

/* The whole page. */
static void print_page(FILE *file, const void *what)
{
	const struct review_text *review = what;
	const struct wizard *wizard = review->wizard;
	struct review_row rows[REVIEW_ROWS_MAX];
	size_t n = wizard_changes(wizard, rows);

	if (n == 0) {
		draw_print(file, "%s",
			wizard->first_boot && !wizard->completed
				? _("Nothing would change. \"Apply\" ends the setup.")
				: _("Nothing would change: what you have chosen is in force "
				    "already."));
		print_given(wizard, file);
		print_warning(wizard, file);
		return;
	}
	draw_print(file, "%s", _("Nothing has changed yet. \"Apply\" makes these changes:\n\n"));
	review_table_print(file, rows, n, review->columns, _("now"), _("new"));
	if (review->remarks)
		network_remarks_print(review->remarks, file);
	print_given(wizard, file);
	if (review->may_be_blind)
		draw_print(file, "%s",
			_("\n\"Blind\" applies them without any check, and nothing takes them "
			  "back.\n"));
	print_warning(wizard, file);
}

/* Write the page for a screen of this width. */
static const safe_char *write_text(int columns, void *userdata)
{
	struct review_text *review = userdata;

	free(take_ptr(review->text));
	review->columns = columns;
	if (draw_compose(print_page, review, &review->text) < 0)
		return _("Not enough memory to show the changes.");
	return review->text;
}

/* What it means to do without the proof, and whether that is wanted. */
static bool confirm_unsafe(void)
{
	enum answer answer;

	screen_flush_input();
	do
		answer = dialogs_confirm(_(" Apply without checks "),
			_("The network settings are kept at once. Nobody looks whether another "
			  "machine has the address, whether the gateway answers, or whether this "
			  "appliance can still be reached, and there is no way back by itself.\n\n"
			  "This is for a change that must not wait, such as before a cable is "
			  "moved."),
			_("Apply so"), _("Back"), true);
	while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT;
}

/* Show the page until it is left. */
static enum answer ask(struct wizard *wizard, struct form *form)
{
	enum answer answer;

	wizard->unsafe = false;
	do {
		answer = form_run(form);
		if (answer == ANSWER_EXTRA && confirm_unsafe()) {
			wizard->unsafe = true;
			return ANSWER_NEXT;
		}
	} while (answer == ANSWER_WOKEN || answer == ANSWER_EXTRA);
	return answer;
}

/* Is there anything to agree to? The setup has to be ended also where all stays as it is. */
static bool has_changes(const struct wizard *wizard)
{
	struct review_row rows[REVIEW_ROWS_MAX];

	return wizard_changes(wizard, rows) > 0 || (wizard->first_boot && !wizard->completed);
}

/* There is only the way back. */
static enum answer show_nothing(struct form *form)
{
	form->buttons[ANSWER_NEXT] = _("Back");
	form->buttons[ANSWER_BACK] = NULL;
	form->weighty = false;
	while (form_run(form) == ANSWER_WOKEN)
		;
	return ANSWER_BACK;
}

/* Old and new of everything that will change. */
static enum answer run(struct wizard *wizard)
{
	bool network = wizard_changes_network(wizard);
	struct review_text review = {
		.wizard = wizard,
		.may_be_blind = network && !wizard->first_boot,
	};
	struct form form = {
		.title = wizard->title,
		.write_text = write_text,
		.userdata = &review,
		.buttons = { _("Apply"), _("Back"), review.may_be_blind ? _("Blind") : NULL },
		.weighty = true,
	};
	enum answer answer;

	if (network)
		(void)network_remarks_new(wizard, &review.remarks);
	/* The last moment to learn that root has got a password of which nobody has told
	 * firstbootd. */
	if (wizard->first_boot)
		(void)app_ask_state(wizard->app);
	screen_flush_input();
	answer = has_changes(wizard) ? ask(wizard, &form) : show_nothing(&form);
	network_remarks_free(review.remarks);
	free(review.text);
	return answer;
}

const struct page page_review = {
	.name = "review",
	.title = N_("Review"),
	.run = run,
};
