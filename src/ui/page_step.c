/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A vendor's step as a page: its fields in one form, where those come and go that depend on
 * others. */

#include "form.h"
#include "i18n.h"
#include "screen.h"
#include "secret.h"
#include "util.h"
#include "wizard.h"

#define TEXT_MAX   2048
#define HINT_MAX   400
#define LABEL_COLS 60
#define MARK	   "*" /* of a secret in wizard_step's wanted */
#define NOTHING	   "-" /* typed in place of a secret: it is to be emptied */

/* One field on the page. */
struct asked {
	const struct step_field *def; /* borrowed */
	char typed[STEP_VALUE_SIZE];
	struct secret secret; /* what is typed of a STEP_SECRET */
	struct safe_str label;
	struct safe_str *choices; /* owned; the words of each */
	const safe_char **words;  /* owned; pointers to them */
	safe_char hint[HINT_MAX];
	struct safe_lines problem;
};

struct step_page {
	struct wizard_step *step;
	struct asked asked[STEP_FIELDS_MAX];
	struct form_field fields[STEP_FIELDS_MAX];
	struct form form;
	safe_char text[TEXT_MAX];
};

/* How many choices a field has, and the value of each. */
static size_t count_choices(const struct step_field *field)
{
	if (field->kind == STEP_SWITCH)
		return 2;
	return field->kind == STEP_CHOICE ? field->n_choices : 0;
}

static const char *choice_value(const struct step_field *field, size_t i)
{
	if (field->kind == STEP_SWITCH)
		return i == 0 ? "yes" : "no";
	return field->choices[i].value;
}

/* The present answer of a field; "" for none. Borrowed from the page. */
static const char *answer_of(const struct step_page *page, size_t i)
{
	const struct asked *asked = &page->asked[i];
	const struct form_field *field = &page->fields[i];

	if (field->choices)
		return field->chosen < field->n_choices ? choice_value(asked->def, field->chosen)
							: "";
	return asked->def->kind == STEP_SECRET ? asked->secret.bytes : asked->typed;
}

/* Was this secret typed before, and is to stay? */
static bool is_kept_secret(const struct step_page *page, size_t i)
{
	return page->asked[i].def->kind == STEP_SECRET && page->step->answered &&
	       page->step->secrets[i].length > 0 && page->fields[i].line.length == 0;
}

/* May this secret be one already, which nothing typed leaves as it is, and which need not be? */
static bool may_be_emptied(const struct step_page *page, size_t i)
{
	const struct step_field *def = page->asked[i].def;

	return def->kind == STEP_SECRET && !def->required &&
	       (page->step->done || page->step->answered);
}

/* Is it to be emptied? */
static bool is_emptied(const struct step_page *page, size_t i)
{
	return may_be_emptied(page, i) && streq(answer_of(page, i), NOTHING);
}

/* What is typed, or the secret that was typed before and is to stay; nothing of one that goes. */
static const char *given_of(const struct step_page *page, size_t i)
{
	if (is_emptied(page, i))
		return "";
	return is_kept_secret(page, i) ? page->step->secrets[i].bytes : answer_of(page, i);
}

/* Show those fields that are to be asked, as the others are now. True: it is another set. */
static bool choose_fields(struct step_page *page)
{
	const struct step_def *def = page->step->def;
	struct step_values values = { 0 };
	bool changed = false;

	/* Borrowed, and so not to be freed. */
	for (size_t i = 0; i < def->n_fields; i++)
		values.of[i] = (char *)(uintptr_t)answer_of(page, i);
	for (size_t i = 0; i < def->n_fields; i++) {
		bool absent = !step_field_is_visible(def, i, &values);

		changed |= page->fields[i].absent != absent;
		page->fields[i].absent = absent;
	}
	return changed;
}

/* A field has been changed. */
static bool handle_changed(struct form *form)
{
	return choose_fields(form->userdata);
}

/* Words for its choices. -ENOMEM counts as none: it is a line then, which takes the values. */
static void write_choices(struct asked *asked, struct form_field *field)
{
	size_t n = count_choices(asked->def);

	if (n == 0)
		return;
	asked->choices = calloc(n, sizeof(*asked->choices));
	asked->words = calloc(n, sizeof(*asked->words));
	if (!asked->choices || !asked->words)
		return;
	for (size_t i = 0; i < n; i++) {
		asked->choices[i] = wizard_step_show(asked->def, choice_value(asked->def, i));
		asked->words[i] = asked->choices[i].text;
	}
	field->choices = asked->words;
	field->n_choices = n;
}

/* What stands below a field before anything is wrong with it. */
static void write_hint(const struct step_page *page, struct asked *asked)
{
	size_t i = (size_t)(asked - page->asked);
	const safe_char *more = OURS("");

	if (is_kept_secret(page, i))
		more = may_be_emptied(page, i)
			       ? _("You have typed it already: leave the field empty to keep it, "
				   "or "
				   "type - alone to have none.")
			       : _("You have typed it already: leave the field empty to keep it.");
	else if (may_be_emptied(page, i))
		more = _("It is not kept here: type it again, or - alone to have none.");
	else if (asked->def->kind == STEP_SECRET && page->step->done)
		more = _("It is not kept here: type it again.");
	(void)safe_format(asked->hint, sizeof(asked->hint), "%s%s%s",
		safe_text(asked->def->help, 0).text,
		*asked->def->help && *more ? OURS(" ") : OURS(""), more);
}

/* Was this secret to be emptied when the page was left? */
static bool was_emptied(const struct step_page *page, size_t i)
{
	const char *wanted = page->step->wanted.of[i];

	return may_be_emptied(page, i) && page->step->answered && wanted && !*wanted;
}

/* What a field begins with: what was typed, else what is in force, else its default. */
static const char *first_value(const struct step_page *page, size_t i)
{
	const struct wizard_step *step = page->step;

	if (was_emptied(page, i))
		return NOTHING;
	if (step->typed.of[i])
		return step->typed.of[i];
	if (step->done && step->kept.of[i])
		return step->kept.of[i];
	return step->def->fields[i].normal;
}

/* Put a value into a field. */
static void fill(struct asked *asked, struct form_field *field, const char *value)
{
	field->chosen = FORM_CHOSEN_NONE;
	for (size_t i = 0; i < field->n_choices; i++)
		if (streq(choice_value(asked->def, i), value))
			field->chosen = i;
	if (asked->def->kind == STEP_SECRET) {
		(void)snprintf(asked->secret.bytes, SECRET_MAX + 1, "%s", value);
		line_init(&field->line, asked->secret.bytes, SECRET_MAX + 1);
		return;
	}
	(void)snprintf(asked->typed, sizeof(asked->typed), "%s", value);
	if (asked->def->kind == STEP_SIZE)
		(void)snprintf(asked->typed, sizeof(asked->typed), "%s",
			safe_bytes(wizard_step_show(asked->def, value).text));
	line_init(&field->line, asked->typed, sizeof(asked->typed));
}

/* Make the form. -errno: there is no memory that can be kept safe. */
static int prepare(struct step_page *page)
{
	const struct step_def *def = page->step->def;
	int r;

	for (size_t i = 0; i < def->n_fields; i++) {
		struct asked *asked = &page->asked[i];
		struct form_field *field = &page->fields[i];

		asked->def = &def->fields[i];
		asked->label = safe_text(asked->def->label, LABEL_COLS);
		field->label = asked->label.text;
		field->hidden = asked->def->kind == STEP_SECRET;
		r = field->hidden ? secret_init(&asked->secret) : 0;
		if (r < 0)
			return r;
		write_choices(asked, field);
		write_hint(page, asked);
		field->hint = *asked->hint ? asked->hint : NULL;
		fill(asked, field, first_value(page, i));
	}
	(void)choose_fields(page);
	return 0;
}

/* No secret is left, and no memory. */
static void drop_page(struct step_page *page)
{
	for (size_t i = 0; i < STEP_FIELDS_MAX; i++) {
		secret_done(&page->asked[i].secret);
		free(page->asked[i].choices);
		free(page->asked[i].words);
	}
	free(page);
}

/* Keep what was typed, good or not, for when the page is shown again; but no secret. */
static void keep_typed(struct step_page *page)
{
	for (size_t i = 0; i < page->step->def->n_fields; i++)
		if (page->asked[i].def->kind != STEP_SECRET)
			(void)step_values_set(&page->step->typed, i, answer_of(page, i));
}

/* Say what is wrong with a field, and lead to it. */
static void refuse(struct step_page *page, size_t i, const struct problem *problem)
{
	page->asked[i].problem = safe_lines(problem->text);
	page->fields[i].problem = page->asked[i].problem.text;
	page->form.focus = i;
}

/* Take one answer into values, of a secret only that there is one. False: it was refused. */
static bool take_field(struct step_page *page, size_t i, struct step_values *values)
{
	bool secret = page->asked[i].def->kind == STEP_SECRET;
	const char *given = given_of(page, i);
	_cleanup_free_ char *kept = NULL;
	struct problem problem;

	/* Nothing is an answer, too: without one it would have its default. */
	if (page->fields[i].absent || (secret && !*given && !is_emptied(page, i)))
		return true;
	if (!step_field_check(page->asked[i].def, given, secret ? NULL : &kept, &problem)) {
		refuse(page, i, &problem);
		return false;
	}
	return step_values_set(values, i, !secret ? kept : *given ? MARK : "") >= 0;
}

/* Do they go together? False: one was refused. */
static bool check(struct step_page *page, const struct step_values *values)
{
	const struct step_def *def = page->step->def;
	struct step_values all = *values;
	struct problem problem;
	size_t field = 0;

	/* Borrowed, and so not to be freed. */
	for (size_t i = 0; i < def->n_fields; i++)
		if (all.of[i] && def->fields[i].kind == STEP_SECRET)
			all.of[i] = (char *)(uintptr_t)given_of(page, i);
	if (step_values_check(def, &all, &field, &problem))
		return true;
	refuse(page, field, &problem);
	return false;
}

/* That a secret has no place to be kept in. */
static void tell_no_memory(const safe_char *title)
{
	dialogs_message(
		title, _("There is no memory that can be kept safe for a password. Give the "
			 "machine more memory and start it again."));
}

/* Keep the secrets of these values, and no others. */
static bool keep_secrets(struct step_page *page, const struct step_values *values)
{
	for (size_t i = 0; i < page->step->def->n_fields; i++) {
		struct secret *secret = &page->step->secrets[i];
		const struct line *line = &page->fields[i].line;

		if (!values->of[i] || !*values->of[i] || page->asked[i].def->kind != STEP_SECRET)
			secret_done(secret);
		else if (!is_kept_secret(page, i) &&
			 secret_copy(secret, line->bytes, line->length) < 0) {
			tell_no_memory(page->form.title);
			return false;
		}
	}
	return true;
}

/* Take all of them. False: one was refused, and the cursor is there. */
static bool take(struct step_page *page)
{
	const struct step_def *def = page->step->def;
	struct step_values values = { 0 };
	bool ok = true;

	for (size_t i = 0; i < def->n_fields; i++)
		page->fields[i].problem = NULL;
	for (size_t i = 0; i < def->n_fields && ok; i++)
		ok = take_field(page, i, &values);
	if (!ok || !check(page, &values) || !keep_secrets(page, &values)) {
		step_values_done(def, &values);
		return false;
	}
	step_values_done(def, &page->step->wanted);
	page->step->wanted = values;
	page->step->answered = true;
	return true;
}

/* What the step is for, and how to answer it where that is not plain. */
static void write_text(struct step_page *page)
{
	const struct step_def *def = page->step->def;
	bool choices = false;

	/* In lines they are numbered. */
	for (size_t i = 0; i < def->n_fields && !screen_is_plain(); i++)
		choices |= count_choices(&def->fields[i]) > 0;
	(void)safe_format(page->text, sizeof(page->text), "%s%s%s", safe_lines(def->text).text,
		choices && *def->text ? OURS(" ") : OURS(""),
		choices ? _("Where there are several choices, the arrow keys or the space bar "
			    "change between them.")
			: OURS(""));
}

/* Ask until all is well, or the customer leaves. */
static enum answer ask(struct step_page *page)
{
	enum answer answer;

	for (;;) {
		answer = form_run(&page->form);
		keep_typed(page);
		if (answer == ANSWER_BACK)
			return answer;
		if (answer == ANSWER_EXTRA) {
			wizard_step_skip(page->step);
			return answer;
		}
		if (answer == ANSWER_NEXT && take(page))
			return answer;
	}
}

/* The page. */
static enum answer run(struct wizard *wizard)
{
	struct step_page *page = calloc(1, sizeof(*page));
	enum answer answer = ANSWER_BACK;

	if (!page)
		return ANSWER_BACK;
	page->step = wizard->step;
	page->form = (struct form){
		.title = wizard->title,
		.text = page->text,
		.changed = handle_changed,
		.userdata = page,
		.fields = page->fields,
		.n_fields = wizard->step->def->n_fields,
		.buttons = { _("Next"), _("Back"),
			wizard->place->skippable || wizard->step->done ? _("Skip") : NULL },
	};
	write_text(page);
	if (prepare(page) < 0)
		tell_no_memory(wizard->title);
	else
		answer = ask(page);
	drop_page(page);
	return answer;
}

const struct page page_step = {
	.name = "step",
	.title = N_("Step"),
	.run = run,
};
