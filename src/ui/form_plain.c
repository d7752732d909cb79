/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A line chooses a field to type into or presses a button. Enter alone goes on to what would be
 * next; where it would do something weighty it does nothing. A password is asked for at once,
 * before anybody types it where it can be seen.
 */

#include "form_plain.h"

#include <errno.h>

#include "i18n.h"
#include "plain_lines.h"
#include "screen.h"
#include "util.h"

#define TABLE_COLUMNS 40 /* tables stand below one another: they are read aloud */
#define NOTHING	      SIZE_MAX
#define PROMPT_MAX    160
#define FIELDS_MAX    64

/* A form while it is asked. */
struct talk {
	struct form *form;
	size_t n_buttons;
	size_t fields[FIELDS_MAX], n; /* those that are there, in the order of their numbers */
	uint64_t edited;	      /* bits of the form's fields that were answered */
	bool brief;		      /* the text was said already */
};

/* Which fields are there now. */
static void find_fields(struct talk *talk)
{
	talk->n = 0;
	for (size_t i = 0; i < talk->form->n_fields && talk->n < FIELDS_MAX; i++)
		if (!talk->form->fields[i].absent)
			talk->fields[talk->n++] = i;
}

/* The field with this number less one. */
static struct form_field *field_at(const struct talk *talk, size_t at)
{
	return &talk->form->fields[talk->fields[at]];
}

/* Is there something in it? */
static bool is_filled(const struct form_field *field)
{
	return field->choices ? field->chosen < field->n_choices : field->line.length > 0;
}

/* The field's value as it is shown. */
static void print_value(FILE *file, const struct form_field *field)
{
	if (field->choices)
		draw_print(
			file, "%s\n", is_filled(field) ? field->choices[field->chosen] : OURS(""));
	else if (field->hidden)
		draw_print(file, "%s\n", is_filled(field) ? _("typed") : _("not typed yet"));
	else
		draw_print(file, "%s\n", safe_lines(field->line.bytes).text);
}

/* Everything but the prompt (draw_compose). */
static void print_form(FILE *file, const void *what)
{
	const struct talk *talk = what;
	const struct form *form = talk->form;
	const safe_char *title = form->title;

	while (*title == ' ')
		title++;
	if (!talk->brief)
		draw_print(file, "\n%s%s%s\n", title, *title ? OURS("\n") : OURS(""), form->text);
	for (size_t i = 0; i < talk->n; i++) {
		const struct form_field *field = field_at(talk, i);

		draw_print(file, "%zu %s: ", i + 1, field->label);
		print_value(file, field);
		if (field->problem)
			draw_print(file, "  ! %s\n", field->problem);
		else if (field->hint && !talk->brief)
			draw_print(file, "  %s\n", field->hint);
	}
	for (size_t i = 0; i < talk->n_buttons && talk->n + talk->n_buttons > 1; i++)
		draw_print(file, "%zu %s\n", talk->n + i + 1, form->buttons[i]);
}

/* What Enter alone chooses, by its number less one: a field or, behind the fields, a button. */
static size_t find_default(const struct talk *talk)
{
	const struct form *form = talk->form;

	for (size_t i = 0; i < talk->n; i++)
		if (field_at(talk, i)->problem)
			return i;
	if (form->weighty || form->weighty_all)
		return NOTHING;
	if (form->focus >= form->n_fields)
		return talk->n + form->focus - form->n_fields;
	for (size_t i = 0; i < talk->n; i++)
		if (talk->fields[i] >= form->focus && !is_filled(field_at(talk, i)) &&
			!(talk->edited & 1ULL << talk->fields[i]))
			return i;
	return talk->n;
}

/* The question at the end. */
static void write_prompt(const struct talk *talk, size_t normal, safe_char buf[static PROMPT_MAX])
{
	if (normal == NOTHING)
		(void)safe_format(buf, PROMPT_MAX, "%s", _("Choice:"));
	else
		(void)safe_format(buf, PROMPT_MAX, _("Choice (Enter: %s):"),
			normal < talk->n ? field_at(talk, normal)->label
					 : talk->form->buttons[normal - talk->n]);
}

/* -- a field ---------------------------------------------------------------------------------- */

/* The choices of a field (draw_compose). */
static void print_choices(FILE *file, const void *what)
{
	const struct form_field *field = what;

	draw_print(file, "%s:\n", field->label);
	for (size_t i = 0; i < field->n_choices; i++)
		draw_print(file, "%zu %s\n", i + 1, field->choices[i]);
}

/* Have one of them chosen. */
static void edit_choice(struct form_field *field)
{
	const safe_char *prompt = is_filled(field) ? _("Choice (Enter: as it is):") : _("Choice:");
	safe_char *text = NULL;
	struct plain_choice choice;
	enum plain_kind kind;
	bool woken = false;

	(void)draw_compose(print_choices, field, &text);
	plain_ask(text, prompt);
	while ((kind = plain_choose(&choice)) != PLAIN_BACK && kind != PLAIN_ENTER) {
		if (kind == PLAIN_NUMBER && choice.number <= field->n_choices) {
			field->chosen = choice.number - 1;
			break;
		}
		woken |= kind == PLAIN_WOKEN;
		if (kind != PLAIN_WOKEN)
			plain_refuse(prompt);
	}
	if (woken)
		screen_wake();
}

/* Have a password typed. */
static void edit_hidden(struct form_field *field)
{
	safe_char prompt[PROMPT_MAX];
	ssize_t n;

	(void)safe_format(
		prompt, sizeof(prompt), _("%s (Enter alone: the choices):"), field->label);
	n = plain_read_value(prompt, field->line.bytes, field->line.size, true);
	field->line.length = field->line.cursor = n > 0 ? (size_t)n : 0;
}

/* Have a value typed. */
static void edit_line(struct form_field *field)
{
	_cleanup_free_ char *typed = calloc(1, field->line.size);
	safe_char prompt[PROMPT_MAX];

	if (!typed)
		return;
	(void)safe_format(prompt, sizeof(prompt),
		is_filled(field) ? _("%s (Enter alone keeps it, - empties it):") : OURS("%s:"),
		field->label);
	if (plain_read_value(prompt, typed, field->line.size, false) <= 0)
		return;
	if (streq(typed, "-"))
		*typed = '\0';
	memcpy(field->line.bytes, typed, strlen(typed) + 1);
	line_init(&field->line, field->line.bytes, field->line.size);
}

/* Ask for the value of a field. */
static void edit(struct talk *talk, size_t at)
{
	struct form_field *field = field_at(talk, at);

	talk->form->focus = talk->fields[at];
	talk->edited |= 1ULL << talk->fields[at];
	field->problem = NULL;
	if (field->choices)
		edit_choice(field);
	else if (field->hidden)
		edit_hidden(field);
	else
		edit_line(field);
	if (talk->form->changed)
		(void)talk->form->changed(talk->form);
	find_fields(talk);
}

/* Ask for a field, and for the passwords that follow one. True: *ret is the answer. */
static bool take_field(struct talk *talk, size_t at, enum answer *ret)
{
	talk->brief = true;
	for (;; at++) {
		bool hidden = field_at(talk, at)->hidden;

		edit(talk, at);
		*ret = ANSWER_BACK;
		if (screen_ended())
			return true;
		*ret = ANSWER_NEXT;
		if (!hidden || !is_filled(field_at(talk, at)))
			return false;
		if (at + 1 >= talk->n)
			return true;
		if (!field_at(talk, at + 1)->hidden)
			return false;
	}
}

/* -- the form ---------------------------------------------------------------------------------- */

/* Do what was chosen, a field or a button. True: *ret is the answer. */
static bool take(struct talk *talk, size_t item, enum answer *ret)
{
	if (item < talk->n)
		return take_field(talk, item, ret);
	*ret = (enum answer)(item - talk->n);
	return true;
}

/* Wait for a line that chooses something. True: *ret is the answer. */
static bool take_line(struct talk *talk, size_t normal, const safe_char *prompt, enum answer *ret)
{
	struct plain_choice choice;

	for (;;) {
		enum plain_kind kind = plain_choose(&choice);

		*ret = kind == PLAIN_WOKEN && !screen_ended() ? ANSWER_WOKEN : ANSWER_BACK;
		if (kind == PLAIN_WOKEN || kind == PLAIN_BACK)
			return true;
		if (kind == PLAIN_ENTER && normal != NOTHING)
			return take(talk, normal, ret);
		if (kind == PLAIN_NUMBER && choice.number <= talk->n + talk->n_buttons)
			return take(talk, choice.number - 1, ret);
		plain_refuse(prompt);
	}
}

/* Ask once. True: *ret is the answer. */
static bool ask(struct talk *talk, enum answer *ret)
{
	size_t normal = find_default(talk);
	safe_char prompt[PROMPT_MAX], *text = NULL;

	write_prompt(talk, normal, prompt);
	(void)draw_compose(print_form, talk, &text);
	plain_ask(text, prompt);
	return take_line(talk, normal, prompt, ret);
}

/* A password comes first, without a choice. True: *ret is the answer. */
static bool ask_password(struct talk *talk, enum answer *ret)
{
	safe_char *text = NULL;

	/* Not where the customer was at the choices when something else happened. */
	if (talk->n == 0 || !field_at(talk, 0)->hidden || is_filled(field_at(talk, 0)) ||
		plain_is_asked())
		return false;
	(void)draw_compose(print_form, talk, &text);
	plain_say(text ? text : OURS(""));
	free(text);
	return take_field(talk, 0, ret);
}

enum answer form_plain_run(struct form *form)
{
	struct talk talk = { .form = form };
	enum answer answer;

	if (screen_ended())
		return ANSWER_BACK;
	if (form->write_text)
		form->text = form->write_text(TABLE_COLUMNS, form->userdata);
	while (form->buttons[talk.n_buttons])
		talk.n_buttons++;
	find_fields(&talk);
	if (ask_password(&talk, &answer))
		return answer;
	while (!ask(&talk, &answer))
		;
	return answer;
}
