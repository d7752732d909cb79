/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers to the fields of a step. */

#include "step_values.h"

#include <errno.h>

#include "step_def_parts.h"
#include "util.h"

/* Forget a value, whatever it was. */
static void forget(char **value)
{
	if (*value)
		explicit_bzero(*value, strlen(*value));
	free(*value);
	*value = NULL;
}

int step_values_set(struct step_values *values, size_t field, const char *value)
{
	char *copy = value ? strdup(value) : NULL;

	if (value && !copy)
		return -ENOMEM;
	forget(&values->of[field]);
	values->of[field] = copy;
	return 0;
}

int step_values_complete(const struct step_def *def, struct step_values *values)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < def->n_fields; i++)
		if (!values->of[i] && def->fields[i].kind != STEP_SECRET)
			r = step_values_set(values, i, def->fields[i].normal);
	return r;
}

void step_values_done(const struct step_def *def, struct step_values *values)
{
	for (size_t i = 0; i < STEP_FIELDS_MAX; i++)
		forget(&values->of[i]);
}

const char *step_values_get(
	const struct step_def *def, const struct step_values *values, size_t field)
{
	return values->of[field] ? values->of[field] : def->fields[field].normal;
}

/* Is the answer to a field this one, however it is written? */
static bool has_value(const struct step_def *def, const struct step_values *values, size_t field,
	const char *wanted)
{
	const char *value = step_values_get(def, values, field);
	char kept[STEP_VALUE_SIZE];
	struct problem problem;

	return streq(
		step_field_take(&def->fields[field], value, kept, &problem) ? kept : value, wanted);
}

bool step_field_is_visible(
	const struct step_def *def, size_t field, const struct step_values *values)
{
	/* A condition is always of an earlier field. */
	for (;;) {
		const struct step_field *asked = &def->fields[field];

		if (asked->condition == STEP_NO_CONDITION)
			return true;
		if (!has_value(def, values, asked->condition, asked->condition_value))
			return false;
		field = asked->condition;
	}
}

bool step_values_check(const struct step_def *def, const struct step_values *values,
	size_t *ret_field, struct problem *problem)
{
	for (size_t i = 0; i < def->n_fields; i++) {
		char kept[STEP_VALUE_SIZE];
		bool good = !step_field_is_visible(def, i, values) ||
			    step_field_take(&def->fields[i], step_values_get(def, values, i), kept,
				    problem);

		explicit_bzero(kept, sizeof(kept));
		if (!good) {
			*ret_field = i;
			return false;
		}
	}
	return true;
}

/* Are two answers to a visible field the same? */
static bool field_equal(const struct step_def *def, const struct step_values *a,
	const struct step_values *b, size_t i)
{
	const struct step_field *field = &def->fields[i];
	const char *other = step_values_get(def, b, i);
	char kept[STEP_VALUE_SIZE];
	struct problem problem;

	if (field->kind == STEP_SECRET)
		return !a->of[i] && !b->of[i];
	return has_value(def, a, i, step_field_take(field, other, kept, &problem) ? kept : other);
}

bool step_values_equal(
	const struct step_def *def, const struct step_values *a, const struct step_values *b)
{
	for (size_t i = 0; i < def->n_fields; i++) {
		bool visible = step_field_is_visible(def, i, a);

		if (visible != step_field_is_visible(def, i, b))
			return false;
		if (visible && !field_equal(def, a, b, i))
			return false;
	}
	return true;
}
