/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's part of a change: its licence text, and its steps one after the other. */

#include "headless_parts.h"
#include "i18n.h"
#include "util.h"

/* -- the licence text ---------------------------------------------------------------------------
 */

bool headless_eula_is_due(const struct applying *run)
{
	return *run->plan->setup.eula;
}

bool headless_accept_eula(struct applying *run)
{
	return headless_wait_for(run, client_accept_eula(run->app->client, run->plan->setup.eula,
					      reply_keep, &run->reply));
}

/* -- the steps ----------------------------------------------------------------------------------
 */

const struct plan_step *headless_find_vendor(const struct applying *run, const char *name)
{
	const struct plan_setup *setup = &run->plan->setup;

	for (size_t i = 0; i < setup->n_steps; i++)
		if (streq(setup->steps[i].def->name, name))
			return &setup->steps[i];
	return NULL;
}

bool headless_vendor_is_due(const struct applying *run)
{
	const struct plan_setup *setup = &run->plan->setup;

	for (size_t i = 0; i < setup->n_steps; i++)
		if (setup->steps[i].due)
			return true;
	return false;
}

/* A line for each, as far as they have room. */
void headless_plan_vendor(struct applying *run)
{
	const struct plan_setup *setup = &run->plan->setup;

	for (size_t i = 0; i < setup->n_steps; i++) {
		struct safe_str title = safe_text(setup->steps[i].def->title, 0);

		run->vendor_lines[i] = PROGRESS_NONE;
		if (setup->steps[i].due && run->progress.n < PROGRESS_MAX)
			run->vendor_lines[i] =
				progress_add(&run->progress, OURS(""), title.text, title.text);
	}
}

/* Tell what the program of a step has said at its end. */
static void tell(struct applying *run, const struct plan_step *step, size_t line)
{
	safe_char text[PROGRESS_LINE_MAX];

	(void)safe_format(text, sizeof(text), "%s: %s", safe_text(step->def->title, 80).text,
		*run->reply.text ? run->reply.text : _("done"));
	progress_set(&run->progress, line, PROGRESS_DONE, text);
	progress_paint(0, &run->progress);
	outcome_add_step(run->outcome, step->def->name, run->reply.text, run->reply.unchanged);
}

/* Have one done. */
static bool run_one(struct applying *run, struct plan_step *step, size_t line)
{
	run->reply = (struct reply){ 0 };
	progress_set(&run->progress, line, PROGRESS_WORKING, NULL);
	if (!headless_wait_for(run, client_run_step(run->app->client, step->def->name, step->values,
					    step->secrets, reply_keep, &run->reply)))
		return false;
	step->done = !run->reply.unchanged;
	tell(run, step, line);
	return true;
}

/* Note that something was done, although not all of it will be. */
static void note_done(struct applying *run)
{
	for (size_t i = 0; i < N_HEADLESS_STEPS; i++)
		if (streq(headless_steps[i].part, PLAN_STEP))
			run->done |= 1U << i;
}

bool headless_run_vendor(struct applying *run)
{
	struct plan_setup *setup = &run->plan->setup;
	bool changed = false;

	for (size_t i = 0; i < setup->n_steps; i++) {
		if (!setup->steps[i].due)
			continue;
		if (run->interrupted || !run_one(run, &setup->steps[i], run->vendor_lines[i]))
			return false;
		changed |= setup->steps[i].done;
		if (changed)
			note_done(run);
	}
	run->reply.unchanged = !changed;
	return true;
}
