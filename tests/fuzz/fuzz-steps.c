/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A vendor's step and what is answered to it: pieces with a NUL behind each, the first for its
 * file, then the language of who reads, answers as JSON, and a value of each field. */

#include <json-c/json.h>
#include <locale.h>

#include "fuzz.h"
#include "fuzz_tree.h"
#include "step_values.h"

#define STEP_FILE VENDORDIR "/steps.d/50-one.step"

static unsigned complaints;

static void complain(const char *file, int line, const char *what, void *userdata)
{
	fuzz_assert(streq(file, STEP_FILE) && line >= 0 && *what);
	fuzz_assert(fuzz_is_utf8(what) && !fuzz_has_control(what));
	complaints++;
}

static void check_problem(const struct problem *problem)
{
	fuzz_assert(*problem->text && fuzz_is_utf8(problem->text));
	fuzz_assert(!fuzz_has_control(problem->text));
}

/* How a value is kept is a value, and kept as it is. NULL: it is refused. Caller frees. */
static char *check_value(const struct step_field *field, const char *value)
{
	struct problem problem;
	char *kept, *again;

	if (!step_field_check(field, value, &kept, &problem)) {
		check_problem(&problem);
		return NULL;
	}
	fuzz_assert(strlen(kept) < STEP_VALUE_SIZE && fuzz_is_utf8(kept));
	fuzz_assert(!fuzz_has_control(kept));
	fuzz_assert(step_field_check(field, kept, &again, &problem));
	fuzz_assert(streq(kept, again));
	free(again);
	return kept;
}

/* What a file without a fault promises of a field. */
static void check_field(const struct step_def *def, size_t i)
{
	const struct step_field *field = &def->fields[i];
	bool has_choices = field->kind == STEP_CHOICE;

	fuzz_assert(*field->name && step_field_find(def, field->name) == i);
	fuzz_assert(field->kind < N_STEP_FIELD_KINDS && field->min <= field->max);
	fuzz_assert(*field->label && !fuzz_has_control(field->label));
	fuzz_assert(fuzz_is_utf8(field->help) && !fuzz_has_control(field->help));
	fuzz_assert(has_choices == (field->n_choices > 0));
	for (size_t j = 0; j < field->n_choices; j++) {
		fuzz_assert(*field->choices[j].value && *field->choices[j].label);
		fuzz_assert(!strpbrk(field->choices[j].value, " \t"));
		free(check_value(field, field->choices[j].value));
	}
	if (*field->normal) {
		char *kept = check_value(field, field->normal);

		fuzz_assert(kept && streq(kept, field->normal) && field->kind != STEP_SECRET);
		free(kept);
	}
	fuzz_assert(field->condition == STEP_NO_CONDITION || field->condition < i);
}

static void check_def(const struct step_def *def)
{
	fuzz_assert(streq(def->name, "one") && streq(def->path, STEP_FILE) && *def->title);
	fuzz_assert(!*def->apply ||
		    strncmp(def->apply, VENDORDIR "/steps.d/", strlen(VENDORDIR "/steps.d/")) == 0);
	fuzz_assert(!strstr(def->apply, "/.."));
	fuzz_assert(def->seconds >= 1 && def->seconds <= STEP_SECONDS_MAX);
	fuzz_assert(def->n_fields <= STEP_FIELDS_MAX && strlen(def->text) <= 4096);
	for (size_t i = 0; i < def->n_fields; i++)
		check_field(def, i);
}

/* Is it an object to others, too? */
static bool is_object(const char *text)
{
	json_tokener *tokener = json_tokener_new();
	json_object *object;
	bool good;

	fuzz_assert(tokener);
	json_tokener_set_flags(tokener, JSON_TOKENER_STRICT);
	object = json_tokener_parse_ex(tokener, text, (int)strlen(text) + 1);
	good = json_tokener_get_error(tokener) == json_tokener_success &&
	       json_object_is_type(object, json_type_object);
	json_object_put(object);
	json_tokener_free(tokener);
	return good;
}

/* Have a field not answered. */
static void forget(struct step_values *values, size_t field)
{
	free(values->of[field]);
	values->of[field] = NULL;
}

/* What is answered is the same behind JSON. */
static void check_round(const struct step_def *def, struct step_values *values)
{
	struct step_values again = { 0 };
	char *open, *secret;
	struct problem problem;

	fuzz_assert(step_values_to_json(def, values, false, &open) == 0);
	fuzz_assert(step_values_to_json(def, values, true, &secret) == 0);
	fuzz_assert(is_object(open) && is_object(secret));
	fuzz_assert(step_values_from_json(def, open, &again, &problem));
	fuzz_assert(step_values_from_json(def, secret, &again, &problem));
	for (size_t i = 0; i < def->n_fields; i++) {
		fuzz_assert(step_field_is_visible(def, i, values) ==
			    step_field_is_visible(def, i, &again));
		if (def->fields[i].kind != STEP_SECRET || !step_field_is_visible(def, i, values))
			continue;
		fuzz_assert(
			streq(step_values_get(def, values, i), step_values_get(def, &again, i)));
		/* One that is answered never counts as the same. */
		fuzz_assert(!values->of[i] == !again.of[i]);
		forget(values, i);
		forget(&again, i);
	}
	fuzz_assert(step_values_equal(def, values, &again));
	free(open);
	free(secret);
	step_values_done(def, &again);
}

/* Others' JSON, and the values. */
static void check_answers(const struct step_def *def, const char *json, struct fuzz_bytes *from)
{
	struct step_values values = { 0 };
	char value[STEP_VALUE_SIZE + 8];
	struct problem problem;
	size_t field = 0;

	if (step_values_from_json(def, json, &values, &problem))
		fuzz_assert(is_object(json));
	else
		check_problem(&problem);
	for (size_t i = 0; i < def->n_fields && from->left > 0; i++) {
		fuzz_string(from, value, sizeof(value));
		free(check_value(&def->fields[i], value));
		fuzz_assert(step_values_set(&values, i, value) == 0);
	}
	if (step_values_check(def, &values, &field, &problem)) {
		check_round(def, &values);
	} else {
		fuzz_assert(field < def->n_fields);
		check_problem(&problem);
	}
	step_values_done(def, &values);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char text[16384], language[32], json[8192];
	struct fuzz_bytes from = { data, size };
	struct step_defs defs;

	fuzz_string(&from, text, sizeof(text));
	fuzz_string(&from, language, sizeof(language));
	fuzz_string(&from, json, sizeof(json));
	fuzz_tree_write(STEP_FILE, text, strlen(text));
	complaints = 0;
	fuzz_assert(step_defs_load(fuzz_tree, language, complain, NULL, &defs) == 0);
	fuzz_assert(defs.n == (*text && complaints == 0));
	for (size_t i = 0; i < defs.n; i++) {
		check_def(&defs.all[i]);
		check_answers(&defs.all[i], json, &from);
	}
	step_defs_done(&defs);
	return 0;
}
