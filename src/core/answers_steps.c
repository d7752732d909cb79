/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sections of an answer file that are about a vendor's steps. What a step is like is not known
 * here: values are kept as they stand. */

#include <errno.h>

#include "answers_parts.h"
#include "i18n.h"
#include "safe_text.h"
#include "util.h"

#define STEP	   "Step "
#define NAME_SHOWN 40
#define LOWER	   "abcdefghijklmnopqrstuvwxyz"
#define UPPER	   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS	   "0123456789"

const char *answers_step_name(const char *section)
{
	return strncmp(section, STEP, strlen(STEP)) == 0 ? section + strlen(STEP) : NULL;
}

/* Is it a name of these characters that a step or a field can have? */
static bool is_name(const char *name, const char *characters)
{
	return *name && strlen(name) < STEP_NAME_SIZE && !name[strspn(name, characters)];
}

/* -- sections -----------------------------------------------------------------------------------
 */

static struct answers_step *find_step(const struct answers *answers, const char *name)
{
	for (size_t i = 0; i < answers->n_steps; i++)
		if (streq(answers->steps[i]->name, name))
			return answers->steps[i];
	return NULL;
}

int answers_add_step(struct answers *answers, const char *name)
{
	struct answers_step *step;

	if (answers->n_steps == STEPS_MAX)
		return -ENOSPC;
	step = calloc(1, sizeof(*step));
	if (!step)
		return -ENOMEM;
	(void)snprintf(step->name, sizeof(step->name), "%s", name);
	answers->steps[answers->n_steps++] = step;
	return 0;
}

/* Say why there can be no such section. Returns -EINVAL. */
static int refuse(struct problem *problem, const char *name, const struct answers_step *step)
{
	if (step)
		problem_set(problem,
			_("The section in line %u is about the same step. Make one of the two."),
			step->place.line);
	else
		problem_set(problem,
			_("\"%s\" is no name of a step: it has small letters, digits and dashes, "
			  "and at most %d of them."),
			safe_text(name, NAME_SHOWN).text, STEP_NAME_SIZE - 1);
	return -EINVAL;
}

int answers_step_open(struct answers *answers, const char *name, struct answers_place place,
	struct answers_step **ret, struct problem *problem)
{
	struct answers_step *step = find_step(answers, name);
	int r;

	if (!is_name(name, LOWER DIGITS "-") || (step && step->seen))
		return refuse(problem, name, step);
	if (!step) {
		r = answers_add_step(answers, name);
		if (r == -ENOSPC) {
			problem_set(problem, _("More than %d sections of steps do not fit."),
				STEPS_MAX);
			return -EINVAL;
		}
		if (r < 0)
			return r;
		step = answers->steps[answers->n_steps - 1];
	}
	/* A word of the command line is about the section that it finds. */
	if (place.line > 0 || step->n_values == 0)
		step->place = place;
	step->seen = true;
	*ret = step;
	return 0;
}

/* -- values -------------------------------------------------------------------------------------
 */

static struct answers_value *find_value(struct answers_step *step, const char *field)
{
	for (size_t i = 0; i < step->n_values; i++)
		if (streq(step->values[i].field, field))
			return &step->values[i];
	return NULL;
}

/* Clear and free a text that may be a secret. */
static void drop(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

/* Keep a value in the place of the one before, or behind the others. */
static int put_value(
	struct answers_step *step, const char *field, const char *value, struct answers_value **ret)
{
	struct answers_value *found = find_value(step, field);
	char *copy;

	if (!found && step->n_values == STEP_FIELDS_MAX)
		return -ENOSPC;
	copy = strdup(value);
	if (!copy)
		return -ENOMEM;
	if (!found)
		found = &step->values[step->n_values++];
	(void)snprintf(found->field, sizeof(found->field), "%s", field);
	drop(found->text);
	found->text = copy;
	*ret = found;
	return 0;
}

int answers_add_value(struct answers *answers, const char *field, const char *value)
{
	struct answers_value *unused;

	return put_value(answers->steps[answers->n_steps - 1], field, value, &unused);
}

int answers_step_set(struct answers *answers, struct answers_step *step, const char *field,
	const char *value, struct answers_place place, struct problem *problem)
{
	struct answers_value *found = find_value(step, field);
	int r;

	*problem = (struct problem){ 0 };
	if (!is_name(field, LOWER UPPER DIGITS))
		problem_set(problem,
			_("%s= is no name of a field of a step: it has letters and digits, and at "
			  "most %d of them."),
			safe_text(field, NAME_SHOWN).text, STEP_NAME_SIZE - 1);
	else if (found && found->seen)
		problem_set(problem,
			_("What %s= sets is set already, and takes one value. Remove one of the "
			  "two lines."),
			field);
	else if (strlen(value) >= STEP_VALUE_SIZE)
		problem_set(problem, _("%s= is too long: %d bytes are taken."), field,
			STEP_VALUE_SIZE - 1);
	else if (strchr(value, '\t'))
		problem_set(problem, "%s", _("The line has a control character."));
	if (*problem->text)
		return -EINVAL;
	r = put_value(step, field, value, &found);
	if (r == -ENOSPC) {
		problem_set(
			problem, _("More than %d fields of a step do not fit."), STEP_FIELDS_MAX);
		return -EINVAL;
	}
	if (r < 0)
		return r;
	found->place = place;
	found->exposed = place.file == 0 || answers->exposed;
	found->seen = true;
	return 0;
}

/* -- all of them --------------------------------------------------------------------------------
 */

/* Would a line with this value be read as it is? */
static bool fits_line(const char *value)
{
	size_t length = strlen(value);

	return !answers_line_fault(value, length) && !strpbrk(value, "\r\n") &&
	       (length == 0 || (!strchr(" \t", *value) && !strchr(" \t", value[length - 1])));
}

void answers_steps_write(FILE *f, const struct answers *answers)
{
	for (size_t i = 0; i < answers->n_steps; i++) {
		const struct answers_step *step = answers->steps[i];

		if (i > 0 || answers->given || answers->n_links > 0)
			fputc('\n', f);
		fprintf(f, "[" STEP "%s]\n", step->name);
		for (size_t j = 0; j < step->n_values; j++)
			if (fits_line(step->values[j].text))
				fprintf(f, "%s=%s\n", step->values[j].field, step->values[j].text);
			else
				fprintf(f, "# %s= has a value that no line can hold.\n",
					step->values[j].field);
	}
}

void answers_steps_forget_seen(struct answers *answers)
{
	for (size_t i = 0; i < answers->n_steps; i++) {
		struct answers_step *step = answers->steps[i];

		step->seen = false;
		for (size_t j = 0; j < step->n_values; j++)
			step->values[j].seen = false;
	}
}

void answers_steps_done(struct answers *answers)
{
	for (size_t i = 0; i < answers->n_steps; i++) {
		struct answers_step *step = answers->steps[i];

		for (size_t j = 0; j < step->n_values; j++)
			drop(step->values[j].text);
		free(step);
	}
}
