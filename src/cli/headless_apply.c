/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The steps that are due, one after the other. What a step has done stays done when a later one
 * fails, and the sentence says which.
 */

#include <signal.h>

#include "edit_lock.h"
#include "headless_parts.h"
#include "json_out.h"
#include "names.h"
#include "network_change.h"
#include "network_words.h"
#include "plan.h"
#include "screen.h"
#include "util.h"

/* -- signals ------------------------------------------------------------------------------------
 */

/* Asked to end: what is under way is taken back. A connection that is gone is no such wish: the
 * countdown of firstbootd goes on, and may be answered from another one. */
static void interrupt(int signo, void *userdata)
{
	struct applying *run = userdata;

	if (signo == SIGHUP)
		return;
	run->interrupted = run->change.interrupted = true;
	network_change_wake(&run->change);
}

static int on_interrupt(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
	interrupt((int)si->ssi_signo, userdata);
	return 0;
}

/* Ctrl-C, too, is an event from now on. */
static void watch_interrupt(struct applying *run, sd_event_source **ret)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		(void)sd_event_add_signal(run->app->event, ret, SIGINT, on_interrupt, run);
}

/* -- how it ends --------------------------------------------------------------------------------
 */

/* The vendor's steps that are due, of those that are done or are not. */
static void list_vendor(const struct applying *run, bool done, struct word_list *list)
{
	const struct plan_setup *setup = &run->plan->setup;

	for (size_t i = 0; i < setup->n_steps; i++)
		if (setup->steps[i].due && setup->steps[i].done == done)
			word_list_add(list, safe_text(setup->steps[i].def->title, 0).text);
}

/* "hostname, network": the steps of these bits, which are done or are not. */
static void list_steps(
	const struct applying *run, unsigned bits, bool done, safe_char *buf, size_t size)
{
	struct word_list list = word_list_begin(buf, size);

	*buf = 0;
	for (size_t i = 0; i < N_HEADLESS_STEPS; i++)
		if (streq(headless_steps[i].part, PLAN_STEP))
			list_vendor(run, done, &list);
		else if (bits & (1U << i))
			word_list_add(&list, translate(headless_steps[i].name));
}

/* Add what was done, and what was not, to the reason. */
static void add_parts(struct applying *run, unsigned due)
{
	safe_char done[256], left[256];
	safe_char *text = run->outcome->text;
	size_t length = safe_length(text);

	list_steps(run, run->done, true, done, sizeof(done));
	list_steps(run, due & ~run->done, false, left, sizeof(left));
	if (run->done)
		(void)safe_format(text + length, sizeof(run->outcome->text) - length,
			_(" Done before that: %s. Not done: %s."), done, left);
}

/* Was this change of the plan made? The vendor's steps are several of a part. */
static bool is_done(const struct applying *run, json_object *change)
{
	const char *name = json_object_get_string(json_object_object_get(change, "argument"));
	const struct plan_step *step =
		json_object_object_get(change, "values") ? headless_find_vendor(run, name) : NULL;

	return !step || step->done;
}

/* Leave of the plan what was done. */
static void keep_done(const struct applying *run, json_object *changes, struct outcome *ret)
{
	size_t n = json_object_array_length(changes);

	ret->changes = json_object_new_array();
	for (size_t i = 0; i < n && ret->changes; i++) {
		json_object *one = json_object_array_get_idx(changes, i);
		const char *part = json_object_get_string(json_object_object_get(one, "part"));

		for (size_t j = 0; j < N_HEADLESS_STEPS; j++)
			if ((run->done & (1U << j)) && streq(headless_steps[j].part, part) &&
				is_done(run, one))
				json_add(ret->changes, json_object_get(one));
	}
}

/* A step has failed. */
static void fail(struct applying *run, unsigned due)
{
	struct outcome *outcome = run->outcome;

	headless_fail(&run->reply, outcome);
	if (run->change.taken_back)
		outcome->status = EXIT_TAKEN_BACK;
	if (run->interrupted)
		outcome_set(outcome, EXIT_FAILED, "%s",
			_("Interrupted: the change that was under way was taken back."));
	if (run->done && (outcome->status == EXIT_INVALID || outcome->status == EXIT_NOT_PERMITTED))
		outcome->status = EXIT_FAILED;
	add_parts(run, due);
}

/* All is done. */
static void succeed(struct applying *run)
{
	safe_char list[512];

	list_steps(run, run->done, true, list, sizeof(list));
	if (run->done)
		outcome_set(run->outcome, EXIT_DONE, _("Done: %s."), list);
	else
		outcome_set(run->outcome, EXIT_DONE, "%s", OURS("unchanged"));
}

/* -- all of it ----------------------------------------------------------------------------------
 */

/* One step, whose line is given. */
static bool run_step(struct applying *run, const struct step *step, size_t line)
{
	bool ok;

	run->reply = (struct reply){ 0 };
	progress_set(&run->progress, line, PROGRESS_WORKING, NULL);
	ok = step->work(run);
	if (ok && run->reply.unchanged)
		progress_set(&run->progress, line, PROGRESS_DONE, _("unchanged"));
	else if (ok)
		progress_set(&run->progress, line, PROGRESS_DONE, NULL);
	else
		progress_fail(&run->progress);
	progress_paint(0, &run->progress);
	return ok;
}

/* The steps that are due, as bits; with a line each. */
static unsigned plan_steps(struct applying *run, size_t lines[static N_HEADLESS_STEPS])
{
	unsigned due = 0;

	for (size_t i = 0; i < N_HEADLESS_STEPS; i++) {
		lines[i] = PROGRESS_NONE;
		if (!headless_steps[i].is_due(run))
			continue;
		due |= 1U << i;
		if (headless_steps[i].working)
			lines[i] = progress_add(&run->progress, translate(headless_steps[i].name),
				translate(headless_steps[i].working),
				translate(headless_steps[i].ready));
		if (headless_steps[i].plan)
			headless_steps[i].plan(run);
	}
	return due;
}

/* Do them. */
static void run_steps(struct applying *run, unsigned due, const size_t *lines)
{
	for (size_t i = 0; i < N_HEADLESS_STEPS; i++) {
		if (!(due & (1U << i)))
			continue;
		if (run->interrupted || !run_step(run, &headless_steps[i], lines[i])) {
			fail(run, due);
			return;
		}
		if (!run->reply.unchanged)
			run->done |= 1U << i;
	}
	succeed(run);
}

/* Say what should be known before it happens. */
static void warn(struct applying *run)
{
	/* Then it does not wait for anybody. */
	if (run->options->no_rollback)
		*run->plan->cut = '\0';
	plan_warn(run->plan, run->outcome);
	outcome_tell_warnings(run->outcome);
}

/* With the lock in hand. */
static void apply(struct applying *run)
{
	_cleanup_(sd_event_source_disable_unrefp) sd_event_source *source = NULL;
	_cleanup_(json_putp) json_object *changes = NULL;
	size_t lines[N_HEADLESS_STEPS];
	unsigned due;

	watch_interrupt(run, &source);
	due = plan_steps(run, lines);
	if (due == 0) {
		succeed(run);
		return;
	}
	app_on_hangup(run->app, interrupt, run);
	if (headless_lock(run->app, run->options, &run->interrupted, run->outcome)) {
		warn(run);
		if (run->options->json)
			(void)plan_to_json(run->plan, &changes);
		run_steps(run, due, lines);
		edit_lock_drop(run->app);
		if (changes)
			keep_done(run, changes, run->outcome);
	}
	app_on_hangup(run->app, NULL, NULL);
	run->outcome->changed = run->done != 0;
}

/* Fit the answers to the machine, and bring it there. */
static void plan_and_apply(
	struct applying *run, const struct answers *answers, struct answers_problems *problems)
{
	int r = plan_make(answers, run->app, run->plan, problems);

	if (r < 0)
		headless_fail_plan(r, run->outcome);
	else if (problems->n > 0)
		headless_refuse(problems, run->outcome);
	else
		apply(run);
	plan_done(run->plan);
}

void headless_apply(struct app *app, const struct answers *answers, const struct options *options,
	bool claim, struct answers_problems *problems, struct outcome *ret)
{
	_cleanup_free_ struct applying *run = calloc(1, sizeof(*run));
	_cleanup_free_ struct plan *plan = calloc(1, sizeof(*plan));

	if (!run || !plan) {
		outcome_set(
			ret, EXIT_FAILED, "%s", _("Nothing was changed: there is no memory left."));
		return;
	}
	if (!app->client || !app->state_known) {
		reply_unreachable(&run->reply);
		headless_fail(&run->reply, ret);
		return;
	}
	screen_do_without(app->event);
	run->app = app;
	run->options = options;
	run->plan = plan;
	run->outcome = ret;
	run->claim = claim;
	run->progress.quiet = options->quiet || !isatty(STDERR_FILENO);
	plan_and_apply(run, answers, problems);
}
