/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The vendor's part of a change: its licence text, and its steps one after the other. */

#include "headless_parts.h"
#include "i18n.h"
#include "util.h"

#define QUARTER 25

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

/* A step under way, and what was said of it. */
struct running {
	const struct applying *run;
	const struct plan_step *step;
	char text[PROGRESS_LINE_MAX];
	unsigned quarters;
};

/* Its program has said something: print what it does, each quarter of it once. */
static void handle_progress(uint32_t percent, const char *text, void *userdata)
{
	struct running *running = userdata;
	bool same = strncmp(text, running->text, sizeof(running->text) - 1) == 0;
	unsigned quarters = percent > 100 ? 0 : percent / QUARTER;
	safe_char words[PROGRESS_LINE_MAX];

	if (same && (quarters <= running->quarters || percent == 100))
		return;
	(void)snprintf(running->text, sizeof(running->text), "%s", text);
	running->quarters = quarters;
	(void)safe_format(words, sizeof(words), "%s%s%s",
		safe_text(running->step->def->title, 80).text, *text ? OURS(": ") : OURS(""),
		safe_text(text, 0).text);
	progress_say(&running->run->progress, words, percent);
}

/* Have firstbootd do it. What it says meanwhile is for people: not for those who read JSON. */
static bool wait_for(struct applying *run, const struct plan_step *step)
{
	struct running running = { .run = run, .step = step };
	struct client *client = run->app->client;
	bool done;

	if (!run->options->json)
		(void)client_on_progress(client, handle_progress, &running);
	done = headless_wait_for(run, client_run_step(client, step->def->name, step->values,
					      step->secrets, reply_keep, &run->reply));
	(void)client_on_progress(client, NULL, NULL);
	return done;
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
	if (!wait_for(run, step))
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
