/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "steps_check.h"

#include "answers.h"
#include "outcome.h"
#include "rooted.h"
#include "wizard_order.h"

/* What is being checked. */
struct check {
	const struct options *options;
	struct answers_problems problems;
	size_t n; /* steps without a fault */
	int r;
};

/* Something is wrong. */
static void complain(const char *file, int line, const char *what, void *userdata)
{
	struct check *check = userdata;
	int r = answers_complain(&check->problems, file, (unsigned)line, "%s", what);

	if (r < 0)
		check->r = r;
}

/* Whatever is told of a file, in the order of its lines. */
static void sort(struct answers_problems *problems)
{
	for (size_t i = 1; i < problems->n; i++) {
		struct answers_problem one = problems->all[i];
		size_t j = i;

		for (; j > 0 && streq(problems->all[j - 1].file, one.file) &&
			problems->all[j - 1].line > one.line;
			j--)
			problems->all[j] = problems->all[j - 1];
		problems->all[j] = one;
	}
}

/* A step that is right by its text: so is its program. */
static void check_program(struct check *check, const struct step_def *def)
{
	struct problem problem;

	if (*def->apply == '\0' || step_def_check_program(check->options->root, def, &problem))
		check->n++;
	else
		complain(def->path, 0, problem.text, check);
}

/* A file that is named. Its program is looked for in an image, not on the machine that builds it.
 */
static int check_file(struct check *check, const char *path)
{
	_cleanup_(step_def_done) struct step_def def = { 0 };
	int r = step_def_load(path, complain, check, &def);

	if (r < 0 || !def.path)
		return r;
	if (*check->options->root)
		check_program(check, &def);
	else
		check->n++;
	return 0;
}

/* What firstboot.conf says of the steps. */
static int check_order(struct check *check, const struct step_defs *defs)
{
	_cleanup_(conf_done) struct conf conf = { 0 };
	struct wizard_order order;
	int r = conf_load(check->options->root, NULL, NULL, &conf);

	if (r == 0)
		wizard_order_make(&conf, defs, true, complain, check, &order);
	return r;
}

/* All steps of the machine or the image. */
static int check_all(struct check *check)
{
	_cleanup_(step_defs_done) struct step_defs defs = { 0 };
	int r = step_defs_load(check->options->root, "", complain, check, &defs);

	for (size_t i = 0; r == 0 && i < defs.n; i++)
		check_program(check, &defs.all[i]);
	return r < 0 ? r : check_order(check, &defs);
}

/* How it ends. */
static void conclude(const struct check *check, int r, struct outcome *outcome)
{
	const char *root = check->options->root;

	if (rooted_type(root, "/") != S_IFDIR)
		outcome_set(
			outcome, EXIT_FAILED, _("There is no folder %s."), safe_text(root, 0).text);
	else if (r < 0)
		outcome_set(outcome, EXIT_FAILED, _("The steps could not be checked: %s."),
			safe_text(strerror(-r), 0).text);
	else if (check->problems.n == 1)
		outcome_set(outcome, EXIT_INVALID, "%s",
			_("The steps are not valid: 1 thing is wrong with them."));
	else if (check->problems.n > 0)
		outcome_set(outcome, EXIT_INVALID,
			_("The steps are not valid: %zu things are wrong with them."),
			check->problems.n);
	else if (check->n == 0)
		outcome_set(outcome, EXIT_DONE,
			*root ? _("There are no steps of a vendor in %s.")
			      : _("There are no steps of a vendor on this machine."),
			safe_text(root, 0).text);
	else if (check->n == 1)
		outcome_set(outcome, EXIT_DONE, "%s", _("1 step is valid."));
	else
		outcome_set(outcome, EXIT_DONE, _("%zu steps are valid."), check->n);
}

int steps_check_run(const struct options *options)
{
	struct check check = { .options = options };
	struct outcome outcome = { .problems = &check.problems };
	int r = 0, status;

	for (size_t i = 0; r == 0 && i < options->n_words; i++)
		r = check_file(&check, options->words[i]);
	if (options->n_words == 0)
		r = check_all(&check);
	sort(&check.problems);
	conclude(&check, r < 0 ? r : check.r, &outcome);
	status = outcome_tell(&outcome, options);
	outcome_done(&outcome);
	answers_problems_done(&check.problems);
	return status;
}
