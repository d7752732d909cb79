/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's part: its licence text, and its steps that answers are given to. */

#include <errno.h>

#include "catalog.h"
#include "eula.h"
#include "i18n.h"
#include "nearest.h"
#include "plan_parts.h"
#include "safe_text.h"
#include "setup_store.h"
#include "step_values.h"
#include "util.h"
#include "wizard_order.h"

#define NAMES_SHOWN 256

/* -- what was done already ----------------------------------------------------------------------
 */

/* Does what firstbootd remembers matter here? */
static bool is_concerned(const struct plan *plan)
{
	return (plan->setup.defs.n > 0 || *plan->app->conf.eula) &&
	       (plan->app->unclaimed || plan->answers->n_steps > 0 ||
		       (plan->answers->given & ANSWER_EULA));
}

/* What firstbootd remembers. */
static void read_done(struct plan *plan)
{
	struct reply reply = { .setup = &plan->setup.kept };

	if (!plan->app->client || !is_concerned(plan))
		return;
	reply_wait_plain(
		&reply, client_get_setup(plan->app->client, reply_keep, &reply), plan->app->event);
}

/* What is known of a step that was done; NULL: it was not, or nobody knows. */
static const struct reply_step *find_done(const struct plan *plan, const struct step_def *def)
{
	for (size_t i = 0; i < plan->setup.kept.n_steps; i++)
		if (streq(plan->setup.kept.steps[i].name, def->name))
			return &plan->setup.kept.steps[i];
	return NULL;
}

/* -- names --------------------------------------------------------------------------------------
 */

/* "backup, licence": the steps that there are. */
static void list_steps(const struct step_defs *defs, char ret[static NAMES_SHOWN])
{
	size_t length = 0;

	*ret = '\0';
	for (size_t i = 0; i < defs->n && length < NAMES_SHOWN; i++)
		length += (size_t)snprintf(ret + length, NAMES_SHOWN - length, "%s%s",
			i > 0 ? ", " : "", defs->all[i].name);
}

/* The step that may have been meant. */
static const char *find_meant_step(const struct step_defs *defs, const char *name)
{
	struct nearest search = nearest_begin(name);

	for (size_t i = 0; i < defs->n; i++)
		nearest_try(&search, defs->all[i].name, false, defs->all[i].name);
	return nearest_found(&search);
}

/* The field that may have been meant. */
static const char *find_meant_field(const struct step_def *def, const char *name)
{
	struct nearest search = nearest_begin(name);

	for (size_t i = 0; i < def->n_fields; i++)
		nearest_try(&search, def->fields[i].name, false, def->fields[i].name);
	return nearest_found(&search);
}

/* Say that there is no such step. */
static void complain_step(struct plan_fit *fit, const struct answers_step *answer)
{
	const struct step_defs *defs = &fit->plan->setup.defs;
	const char *meant = find_meant_step(defs, answer->name);
	char names[NAMES_SHOWN];

	list_steps(defs, names);
	if (meant)
		plan_complain(fit, answer->place,
			_("There is no step %s on this appliance. Is [Step %s] meant?"),
			answer->name, meant);
	else if (*names)
		plan_complain(fit, answer->place,
			_("There is no step %s on this appliance. There are: %s."), answer->name,
			names);
	else
		plan_complain(fit, answer->place, _("There is no step %s on this appliance."),
			answer->name);
}

/* Say that the step has no such field. */
static void complain_field(
	struct plan_fit *fit, const struct step_def *def, const struct answers_value *value)
{
	const char *meant = find_meant_field(def, value->field);

	if (meant)
		plan_complain(fit, value->place, _("The step %s has no field %s=. Is %s= meant?"),
			def->name, value->field, meant);
	else
		plan_complain(fit, value->place, _("The step %s has no field %s=."), def->name,
			value->field);
}

/* -- values -------------------------------------------------------------------------------------
 */

/* What a value says, before it is judged. */
static void take_value(struct plan_fit *fit, const struct step_def *def,
	const struct answers_value *value, struct step_values *values)
{
	size_t field = step_field_find(def, value->field);

	if (field == STEP_FIELDS_MAX) {
		complain_field(fit, def, value);
		return;
	}
	if (def->fields[field].kind == STEP_SECRET && value->place.file == 0)
		plan_complain(fit, value->place,
			_("%s= is a secret, and is not taken from a command line, which everybody "
			  "on the machine can read. Use an answer file."),
			value->field);
	else if (def->fields[field].kind == STEP_SECRET && value->exposed)
		plan_complain(fit, value->place,
			_("%s= is a secret: nobody but the owner may read the file with it (chmod "
			  "600), who is root."),
			value->field);
	if (step_values_set(values, field, value->text) < 0)
		fit->r = -ENOMEM;
}

/* Judge what was given of the fields that are asked: each in its line. */
static void judge_values(struct plan_fit *fit, const struct step_def *def,
	const struct answers_step *answer, const struct step_values *values)
{
	for (size_t i = 0; i < answer->n_values && fit->r >= 0; i++) {
		const struct answers_value *value = &answer->values[i];
		size_t field = step_field_find(def, value->field);
		_cleanup_free_ char *kept = NULL;
		struct problem problem;

		if (field == STEP_FIELDS_MAX || !step_field_is_visible(def, field, values))
			continue;
		if (!step_field_check(&def->fields[field], value->text, &kept, &problem))
			plan_complain(fit, value->place, "%s=: %s", value->field, problem.text);
		else
			explicit_bzero(kept, strlen(kept));
	}
}

/* The answers as firstbootd takes them. */
static int write_json(struct plan_step *step, const struct step_values *values)
{
	int r = step_values_to_json(step->def, values, false, &step->values);

	if (r >= 0)
		r = step_values_to_json(step->def, values, true, &step->secrets);
	if (r >= 0 && streq(step->secrets, "{}"))
		*step->secrets = '\0';
	return r;
}

/* Was the step, as it is now, done with the same answers? With a secret that cannot be known. */
static bool was_done(const struct plan_step *step, const struct reply_step *done)
{
	_cleanup_free_ char *json = NULL;
	struct step_values values = { 0 };
	struct problem problem;
	bool same;

	if (!done || done->changed || *step->secrets)
		return false;
	same = step_values_from_json(step->def, done->values, &values, &problem) &&
	       step_values_to_json(step->def, &values, false, &json) >= 0 &&
	       streq(json, step->values);
	step_values_done(step->def, &values);
	return same;
}

/* Is all answered that has to be, and can the step be done? */
static void judge_step(struct plan_fit *fit, const struct plan_step *step,
	const struct answers_step *answer, const struct step_values *values)
{
	const struct step_def *def = step->def;
	struct problem problem;
	size_t field;

	if (!step_values_check(def, values, &field, &problem))
		plan_complain(fit, answer->place, "%s=: %s", def->fields[field].name, problem.text);
	else if (*def->apply && !step_def_check_program("", def, &problem))
		plan_complain(fit, answer->place, "%s", problem.text);
}

/* Fit the answers of a step to it: those of before, and what is said now. */
static void fit_values(struct plan_fit *fit, struct plan_step *step,
	const struct answers_step *answer, struct step_values *values)
{
	const struct reply_step *done = find_done(fit->plan, step->def);
	size_t before = fit->problems->n;
	struct problem problem;

	/* The fields may be others by now. */
	if (done && !step_values_from_json(step->def, done->values, values, &problem))
		step_values_done(step->def, values);
	for (size_t i = 0; i < answer->n_values; i++)
		take_value(fit, step->def, &answer->values[i], values);
	judge_values(fit, step->def, answer, values);
	if (fit->r < 0 || fit->problems->n > before)
		return;
	if (write_json(step, values) < 0) {
		fit->r = -ENOMEM;
		return;
	}
	step->due = !was_done(step, done);
	if (step->due)
		judge_step(fit, step, answer, values);
}

/* The section about a step; NULL: there is none. */
static const struct answers_step *find_answer(const struct answers *answers, const char *name)
{
	for (size_t i = 0; i < answers->n_steps; i++)
		if (streq(answers->steps[i]->name, name))
			return answers->steps[i];
	return NULL;
}

/* Is this step one that the wizard has? */
static bool is_in(const struct wizard_order *order, const char *name)
{
	for (size_t i = 0; i < order->n; i++)
		if (order->all[i].step && streq(order->all[i].name, name))
			return true;
	return false;
}

/* Those that are answered, in the order of the wizard. */
static void fit_steps(struct plan_fit *fit, const struct wizard_order *order)
{
	const struct answers *answers = fit->plan->answers;
	struct plan_setup *setup = &fit->plan->setup;

	for (size_t i = 0; i < answers->n_steps; i++)
		if (!is_in(order, answers->steps[i]->name))
			complain_step(fit, answers->steps[i]);
	for (size_t i = 0; i < order->n && fit->r >= 0; i++) {
		const struct step_def *def = order->all[i].step;
		const struct answers_step *answer = def ? find_answer(answers, def->name) : NULL;
		struct step_values values = { 0 };

		if (!answer)
			continue;
		setup->steps[setup->n_steps] = (struct plan_step){ .def = def };
		fit_values(fit, &setup->steps[setup->n_steps++], answer, &values);
		step_values_done(def, &values);
	}
}

/* -- the licence text ---------------------------------------------------------------------------
 */

/* Which text is accepted: that of the language in which this is read. */
static void fit_eula(struct plan_fit *fit)
{
	struct plan_setup *setup = &fit->plan->setup;
	const char *path = fit->plan->app->conf.eula;

	if (!*path || setup->kept.eula_accepted || !(fit->plan->answers->given & ANSWER_EULA))
		return;
	if (eula_find("", path, catalog_language(), setup->eula) < 0) {
		*setup->eula = '\0';
		plan_complain(fit, answers_place_of(fit->plan->answers, ANSWER_EULA),
			_("The licence text %s is not there, so that nobody can have accepted it."),
			path);
	}
}

/* -- all of it ----------------------------------------------------------------------------------
 */

void plan_fit_setup(struct plan_fit *fit)
{
	_cleanup_free_ struct wizard_order *order = calloc(1, sizeof(*order));
	struct plan *plan = fit->plan;

	if (!order || step_defs_load("", catalog_language(), NULL, NULL, &plan->setup.defs) < 0) {
		fit->r = -ENOMEM;
		return;
	}
	read_done(plan);
	wizard_order_make(&plan->app->conf, &plan->setup.defs, true, NULL, NULL, order);
	fit_steps(fit, order);
	if (fit->r >= 0)
		fit_eula(fit);
}

/* Is it one of those that will be done? */
static bool will_be_done(const struct plan_setup *setup, const struct step_def *def)
{
	for (size_t i = 0; i < setup->n_steps; i++)
		if (setup->steps[i].def == def)
			return true;
	return false;
}

bool plan_lacks_eula(const struct plan *plan)
{
	return *plan->app->conf.eula && !plan->setup.kept.eula_accepted && !*plan->setup.eula;
}

const struct step_def *plan_find_missing(const struct plan *plan)
{
	const struct plan_setup *setup = &plan->setup;

	for (size_t i = 0; i < setup->defs.n; i++) {
		const struct step_def *def = &setup->defs.all[i];

		if (setup_has_to_be_done(&plan->app->conf, def) && !find_done(plan, def) &&
			!will_be_done(setup, def))
			return def;
	}
	return NULL;
}

void plan_setup_done(struct plan_setup *setup)
{
	for (size_t i = 0; i < setup->n_steps; i++) {
		free(setup->steps[i].values);
		if (setup->steps[i].secrets)
			explicit_bzero(setup->steps[i].secrets, strlen(setup->steps[i].secrets));
		free(setup->steps[i].secrets);
	}
	reply_setup_done(&setup->kept);
	step_defs_done(&setup->defs);
}
