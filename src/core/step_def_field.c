/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A field of a step, of what its section says. */

#include <errno.h>

#include "safe_text.h"
#include "step_def_parts.h"
#include "step_values.h"
#include "util.h"

const struct step_kind step_kinds[N_STEP_FIELD_KINDS] = {
	[STEP_TEXT] = { .name = "text", .characters = true },
	[STEP_NUMBER] = { .name = "number", .numbers = true },
	[STEP_CHOICE] = { .name = "choice" },
	[STEP_SWITCH] = { .name = "switch" },
	[STEP_SECRET] = { .name = "secret", .characters = true },
	[STEP_ADDRESS] = { .name = "address" },
	[STEP_HOSTNAME] = { .name = "hostname" },
	[STEP_URL] = { .name = "url" },
	[STEP_SIZE] = { .name = "size", .numbers = true },
};

/* Type= */
static void finish_kind(
	struct step_reader *reader, const struct step_word_text *word, struct step_field *field)
{
	if (!word->text)
		return;
	for (size_t i = 0; i < N_STEP_FIELD_KINDS; i++)
		if (streq(step_kinds[i].name, word->text)) {
			field->kind = (enum step_field_kind)i;
			return;
		}
	step_complain(reader, word->line,
		"Type= takes text, number, choice, switch, secret, address, hostname, url or "
		"size.");
}

/* Min= or Max= */
static void finish_limit(struct step_reader *reader, const struct step_word_text *word,
	const char *name, const struct step_field *field, int64_t *ret)
{
	bool good;

	if (!word->text)
		return;
	if (!step_kinds[field->kind].characters && !step_kinds[field->kind].numbers) {
		step_complain(reader, word->line, "A field of Type=%s has no %s=.",
			step_kinds[field->kind].name, name);
		return;
	}
	good = field->kind == STEP_SIZE ? step_parse_size(word->text, ret)
					: step_parse_number(word->text, ret);
	if (!good)
		step_complain(reader, word->line, "%s= takes %s.", name,
			field->kind == STEP_SIZE ? "a size such as 512M" : "a whole number");
	else if (step_kinds[field->kind].characters && (*ret < 0 || *ret >= STEP_VALUE_SIZE))
		step_complain(reader, word->line, "%s= takes a number of characters, 0 to %d.",
			name, STEP_VALUE_SIZE - 1);
}

/* Both limits. */
static void finish_limits(
	struct step_reader *reader, const struct step_section *section, struct step_field *field)
{
	const struct step_word_text *max = &section->words[FIELD_WORD_MAX];

	field->min = INT64_MIN;
	field->max = INT64_MAX;
	finish_limit(reader, &section->words[FIELD_WORD_MIN], "Min", field, &field->min);
	finish_limit(reader, max, "Max", field, &field->max);
	if (field->min > field->max)
		step_complain(reader, max->line, "Max= is less than Min=.");
}

/* Choice= */
static int finish_choices(
	struct step_reader *reader, const struct step_section *section, struct step_field *field)
{
	int r = 0;

	if (section->n_choices > 0 && field->kind != STEP_CHOICE) {
		step_complain(reader, section->choices[0].line,
			"Only a field of Type=choice has Choice=.");
		return 0;
	}
	if (section->n_choices == 0 && field->kind == STEP_CHOICE)
		step_complain(reader, section->line, "The field %s has no Choice=.", section->name);
	if (section->n_choices == 0)
		return 0;
	field->choices = calloc(section->n_choices, sizeof(*field->choices));
	if (!field->choices)
		return -ENOMEM;
	for (size_t i = 0; r == 0 && i < section->n_choices; i++) {
		const struct step_choice_draft *from = &section->choices[i];
		struct step_choice *to = &field->choices[field->n_choices++];

		if (!from->plain)
			step_complain(reader, from->line,
				"The choice %s is translated, and does not stand there without a "
				"language.",
				from->value);
		r = step_copy(from->value, &to->value);
		if (r == 0)
			r = step_copy(from->label.text, &to->label);
	}
	return r;
}

/* Default= */
static int finish_normal(
	struct step_reader *reader, const struct step_word_text *word, struct step_field *field)
{
	char kept[STEP_VALUE_SIZE];
	struct problem problem;

	if (!word->text || *word->text == '\0')
		return step_copy(field->kind == STEP_SWITCH ? "no" : "", &field->normal);
	if (field->kind == STEP_SECRET) {
		step_complain(reader, word->line,
			"A secret has no Default=: everybody may read this file.");
		return step_copy("", &field->normal);
	}
	if (!step_field_take(field, word->text, kept, &problem)) {
		step_complain(reader, word->line, "Default=: %s", problem.text);
		strcpy(kept, "");
	}
	return step_copy(kept, &field->normal);
}

/* VisibleIf=FIELD=VALUE */
static int finish_condition(struct step_reader *reader, const struct step_word_text *word,
	const struct step_def *def, struct step_field *field)
{
	char name[STEP_NAME_SIZE], kept[STEP_VALUE_SIZE];
	const char *text = word->text ? word->text : "", *value = strchr(text, '=');
	const struct step_field *other;
	struct problem problem;
	size_t place;

	field->condition = STEP_NO_CONDITION;
	if (!word->text)
		return step_copy("", &field->condition_value);
	(void)snprintf(name, sizeof(name), "%.*s", (int)strcspn(text, "="), text);
	place = value && strcspn(text, "=") < sizeof(name) ? step_field_find(def, name)
							   : STEP_FIELDS_MAX;
	if (place == STEP_FIELDS_MAX) {
		step_complain(reader, word->line,
			"VisibleIf= takes FIELD=VALUE, of a field that stands before this one.");
		return step_copy("", &field->condition_value);
	}
	other = &def->fields[place];
	if (other->kind == STEP_SECRET)
		step_complain(reader, word->line, "VisibleIf= cannot look at a secret.");
	else if (!step_field_take(other, value + 1, kept, &problem))
		step_complain(reader, word->line, "VisibleIf=: %s", problem.text);
	else
		field->condition = place;
	return step_copy(
		field->condition == STEP_NO_CONDITION ? "" : kept, &field->condition_value);
}

int step_field_finish(struct step_reader *reader, const struct step_section *section,
	const struct step_def *def, struct step_field *ret)
{
	const struct step_word_text *words = section->words;
	int r;

	strcpy(ret->name, section->name);
	if (!words[FIELD_WORD_LABEL].text || *words[FIELD_WORD_LABEL].text == '\0')
		step_complain(reader, section->line, "The field %s has no Label=.", section->name);
	finish_kind(reader, &words[FIELD_WORD_TYPE], ret);
	finish_limits(reader, section, ret);
	r = finish_choices(reader, section, ret);
	if (r == 0)
		r = finish_normal(reader, &words[FIELD_WORD_DEFAULT], ret);
	if (r == 0)
		r = finish_condition(reader, &words[FIELD_WORD_VISIBLE], def, ret);
	if (r == 0)
		r = step_copy(words[FIELD_WORD_LABEL].text, &ret->label);
	if (r == 0)
		r = step_copy(words[FIELD_WORD_HELP].text, &ret->help);
	step_reader_switch(reader, &words[FIELD_WORD_REQUIRED], "Required", &ret->required);
	return r;
}
