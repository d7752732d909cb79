/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The texts of a step file, in the language that is asked for where they are there in it. */

#include <errno.h>

#include "step_def_parts.h"
#include "util.h"

int step_copy(const char *text, char **ret)
{
	*ret = strdup(text ? text : "");
	return *ret ? 0 : -ENOMEM;
}

size_t step_characters(const char *text)
{
	size_t n = 0;

	for (; *text != '\0'; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

int step_keep_word(struct step_word_text *word, const char *text, enum step_rank as, unsigned line)
{
	char *copy;

	if (as <= word->rank)
		return 0;
	copy = strdup(text);
	if (!copy)
		return -ENOMEM;
	free(word->text);
	*word = (struct step_word_text){ .text = copy, .line = line, .rank = as };
	return 0;
}

int step_keep_line(struct step_reader *reader, const char *line, enum step_rank as)
{
	struct step_word_text *text = &reader->section->text;
	char *longer;

	if (as > text->rank)
		return step_keep_word(text, line, as, reader->lines.line);
	if (as < text->rank || as == STEP_RANK_NONE)
		return 0;
	if (strlen(text->text) + strlen(line) + 1 > STEP_TEXT_MAX) {
		step_complain(reader, reader->lines.line,
			"All lines of Text= together have at most %d bytes.", STEP_TEXT_MAX);
		return 0;
	}
	if (asprintf(&longer, "%s\n%s", text->text, line) < 0)
		return -ENOMEM;
	free(text->text);
	text->text = longer;
	return 0;
}

/* The choice of this value, perhaps a new one; NULL: there are too many. -ENOMEM. */
static int find_choice(struct step_reader *reader, const char *value, size_t length,
	struct step_choice_draft **ret)
{
	struct step_section *field = reader->section;

	for (size_t i = 0; i < field->n_choices; i++)
		if (strlen(field->choices[i].value) == length &&
			strncmp(field->choices[i].value, value, length) == 0) {
			*ret = &field->choices[i];
			return 0;
		}
	*ret = NULL;
	if (field->n_choices == STEP_CHOICES_MAX) {
		step_complain(reader, reader->lines.line, "A field has at most %d choices.",
			STEP_CHOICES_MAX);
		return 0;
	}
	*ret = &field->choices[field->n_choices];
	**ret = (struct step_choice_draft){ .value = strndup(value, length) };
	if (!(*ret)->value)
		return -ENOMEM;
	(*ret)->line = reader->lines.line;
	field->n_choices++;
	return 0;
}

int step_keep_choice(struct step_reader *reader, const char *text, enum step_rank as)
{
	size_t length = strcspn(text, " ");
	const char *label = text + length + strspn(text + length, " ");
	struct step_choice_draft *choice;
	int r;

	if (length == 0 || length >= STEP_NAME_SIZE || step_characters(label) > STEP_LABEL_LENGTH) {
		step_complain(reader, reader->lines.line,
			"Choice= takes a value of at most %d bytes without a blank, and behind a "
			"blank a text of at most %d characters.",
			STEP_NAME_SIZE - 1, STEP_LABEL_LENGTH);
		return 0;
	}
	r = find_choice(reader, text, length, &choice);
	if (r < 0 || !choice)
		return r;
	if (as == STEP_RANK_PLAIN && choice->plain)
		step_complain(
			reader, reader->lines.line, "There is a choice %s already.", choice->value);
	choice->plain |= as == STEP_RANK_PLAIN;
	return step_keep_word(
		&choice->label, *label ? label : choice->value, as, reader->lines.line);
}
