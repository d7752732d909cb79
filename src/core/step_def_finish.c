/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A step, of what the lines of its file say. */

#include <errno.h>

#include "answers_parts.h"
#include "step_def_parts.h"
#include "util.h"

/* yes or no. */
void step_reader_switch(
	struct step_reader *reader, const struct step_word_text *word, const char *name, bool *ret)
{
	if (word->text && !answers_parse_switch(word->text, false, ret))
		step_complain(reader, word->line, "%s= takes yes or no.", name);
}

/* Is it a path that names one file only? */
static bool is_plain_path(const char *path)
{
	size_t length = strlen(path);

	return path[strspn(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				 "._+-/")] == '\0' &&
	       !strstr(path, "//") && !strstr(path, "/../") && !strstr(path, "/./") && length > 0 &&
	       path[length - 1] != '/' && path[length - 1] != '.' && length < STEP_VALUE_SIZE;
}

/* Apply= */
static int finish_apply(
	struct step_reader *reader, const struct step_word_text *word, struct step_def *def)
{
	const char *text = word->text ? word->text : "";
	bool absolute = *text == '/';

	if (*text == '\0')
		return step_copy("", &def->apply);
	if (!is_plain_path(text) || (!absolute && (strchr(text, '/') || *text == '.')) ||
		(absolute && strncmp(text, STEPS_VENDOR "/", strlen(STEPS_VENDOR "/")) != 0)) {
		step_complain(reader, word->line,
			"Apply= takes the name of a program in %s, or its path there.",
			STEPS_VENDOR);
		return step_copy("", &def->apply);
	}
	if (absolute)
		return step_copy(text, &def->apply);
	return asprintf(&def->apply, "%s/%s", STEPS_VENDOR, text) < 0 ? -ENOMEM : 0;
}

/* TimeoutSec= */
static void finish_seconds(
	struct step_reader *reader, const struct step_word_text *word, struct step_def *def)
{
	int64_t seconds = STEP_SECONDS;

	if (word->text && (!step_parse_number(word->text, &seconds) || seconds < 1 ||
				  seconds > STEP_SECONDS_MAX)) {
		step_complain(reader, word->line, "TimeoutSec= takes a number from 1 to %d.",
			STEP_SECONDS_MAX);
		seconds = STEP_SECONDS;
	}
	def->seconds = (unsigned)seconds;
}

/* The keys of [Step]. */
static int finish_step(struct step_reader *reader, struct step_def *def)
{
	const struct step_word_text *words = reader->step.words;
	int r;

	if (reader->step.line == 0)
		step_complain(reader, 0, "The file has no section [Step].");
	else if (!words[STEP_WORD_TITLE].text || *words[STEP_WORD_TITLE].text == '\0')
		step_complain(reader, reader->step.line, "The step has no Title=.");
	r = step_copy(words[STEP_WORD_TITLE].text, &def->title);
	if (r == 0)
		r = step_copy(reader->step.text.text, &def->text);
	if (r == 0)
		r = finish_apply(reader, &words[STEP_WORD_APPLY], def);
	finish_seconds(reader, &words[STEP_WORD_TIMEOUT], def);
	step_reader_switch(reader, &words[STEP_WORD_SKIPPABLE], "Skippable", &def->skippable);
	return r;
}

/* A text that is there in a language only is none for whoever reads another one. */
static void check_languages(struct step_reader *reader, const struct step_section *section)
{
	const struct names_list *seen = &section->seen;

	for (size_t i = 0; i < seen->n; i++) {
		size_t length = strcspn(seen->all[i], "[");
		bool plain = seen->all[i][length] == '\0';

		for (size_t j = 0; !plain && j < seen->n; j++)
			plain = strlen(seen->all[j]) == length &&
				strncmp(seen->all[j], seen->all[i], length) == 0;
		if (!plain)
			step_complain(reader, section->line,
				"%s= stands there, and %.*s= does not.", seen->all[i], (int)length,
				seen->all[i]);
	}
}

int step_reader_finish(struct step_reader *reader, struct step_def *ret)
{
	int r = finish_step(reader, ret);

	check_languages(reader, &reader->step);
	if (r == 0 && reader->n_fields > 0) {
		ret->fields = calloc(reader->n_fields, sizeof(*ret->fields));
		r = ret->fields ? 0 : -ENOMEM;
	}
	for (size_t i = 0; r == 0 && i < reader->n_fields; i++) {
		check_languages(reader, reader->fields[i]);
		r = step_field_finish(reader, reader->fields[i], ret, &ret->fields[i]);
		ret->n_fields++;
	}
	return r;
}
