/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "headless.h"

#include <errno.h>

#include "headless_parts.h"
#include "plan.h"
#include "util.h"

/* Print what would change, or keep it for the object. */
static void tell_plan(
	const struct plan *plan, const struct options *options, struct outcome *outcome)
{
	int r = plan_to_json(plan, &outcome->changes);

	if (r < 0) {
		outcome_set(outcome, EXIT_FAILED, _("The plan could not be made: %s."),
			safe_text(strerror(-r), 0).text);
		return;
	}
	plan_warn(plan, outcome);
	if (json_object_array_length(outcome->changes) == 0)
		outcome_set(outcome, EXIT_DONE, "%s", OURS("unchanged"));
	else if (!options->json)
		plan_print(outcome->changes);
}

/* --check */
static void check(struct app *app, const struct answers *answers, const struct options *options,
	struct answers_problems *problems, struct outcome *outcome)
{
	_cleanup_free_ struct plan *plan = calloc(1, sizeof(*plan));
	int r = plan ? plan_make(answers, app, plan, problems) : -ENOMEM;

	if (r < 0)
		headless_fail_plan(r, outcome);
	else if (problems->n > 0)
		headless_refuse(problems, outcome);
	else
		tell_plan(plan, options, outcome);
	if (plan)
		plan_done(plan);
}

/* On this machine. */
static void run(const struct answers *answers, const struct options *options,
	struct answers_problems *problems, struct outcome *outcome)
{
	struct app app;

	if (headless_begin(&app, outcome)) {
		if (options->mode == MODE_CHECK)
			check(&app, answers, options, problems, outcome);
		else
			headless_apply(&app, answers, options, true, problems, outcome);
	}
	app_done(&app);
}

bool headless_read_answers(const struct options *options, struct answers *answers,
	struct answers_problems *problems, struct outcome *outcome)
{
	int r = options->answers ? answers_load(options->answers, answers, problems) : 0;

	for (size_t i = 0; i < options->n_sets && r >= 0; i++)
		r = answers_set(options->sets[i], answers, problems);
	if (r < 0)
		outcome_set(outcome, EXIT_FAILED, _("The answers could not be read: %s."),
			safe_text(strerror(-r), 0).text);
	else if (problems->n > 0)
		headless_refuse(problems, outcome);
	return r >= 0 && problems->n == 0;
}

/* Read them, and do what they say. */
static void read_and_run(const struct options *options, struct answers *answers,
	struct answers_problems *problems, struct outcome *outcome)
{
	if (options->mode == MODE_RECONFIGURE && geteuid() != 0)
		outcome_set(outcome, EXIT_NOT_PERMITTED, "%s",
			_("Only root may change settings: run it with sudo, or on the console."));
	else if (headless_read_answers(options, answers, problems, outcome))
		run(answers, options, problems, outcome);
}

int headless_run(const struct options *options)
{
	_cleanup_(answers_problems_done) struct answers_problems problems = { 0 };
	_cleanup_(outcome_done) struct outcome outcome = { 0 };
	struct answers answers = { 0 };
	int status;

	if (options->mode == MODE_EXPORT)
		return headless_export(options);
	read_and_run(options, &answers, &problems, &outcome);
	status = outcome_tell(&outcome, options);
	answers_done(&answers);
	return status;
}
