/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The engine: what a change runs through, and what comes of a work that fails. */

#include <errno.h>
#include <stdarg.h>

#include "i18n.h"
#include "sentence.h"
#include "transaction_work.h"

/* -- answers ------------------------------------------------------------------------------------
 */

void transaction_say(struct transaction *t, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	sentence_add(t->result.text, sizeof(t->result.text), format, args);
	va_end(args);
}

/* Nothing is under way and nothing waits: forget the change. */
void transaction_forget(struct transaction *t)
{
	transaction_stop_waiting(t);
	journal_done(&t->journal);
	t->change = (struct apply_change){ 0 };
	t->backend = NULL;
	t->proven = t->journaled = t->unsafe = t->abandoned = t->recovering = t->waits =
		t->refused = t->set_up_again = t->phase_doubtful = false;
	t->looked = t->n_known = 0;
	t->manager = OWNER_NONE;
	memset(t->asked_rivals, 0, sizeof(t->asked_rivals));
}

void transaction_answer(struct transaction *t, bool ok)
{
	struct apply_result result = t->result;
	apply_done_fn done = t->done;
	void *userdata = t->userdata;

	t->course = NULL;
	t->done = NULL;
	t->result = (struct apply_result){ 0 };
	if (!t->waits)
		transaction_forget(t);
	result.ok = ok;
	result.proven = ok && result.proven;
	if (done)
		done(&result, userdata);
	if (!t->abandon_done || t->course)
		return;
	if (t->waits) {
		(void)transaction_abandon(t, t->abandon_done, t->abandon_userdata);
		return;
	}
	done = take_ptr(t->abandon_done);
	done(&(struct apply_result){ .ok = true }, t->abandon_userdata);
}

/* -- courses ------------------------------------------------------------------------------------
 */

/* Go on with the works of the course until one of them waits. */
static void run(struct transaction *t)
{
	for (;;) {
		const struct course *course = t->course;
		const struct work *work = &course->works[t->next];
		int r = t->abandoned && course == &transaction_trying ? -ECANCELED : 0;

		if (r == 0 && !work->start) {
			course->done(t);
			return;
		}
		if (r == 0 && t->announce && !t->recovering &&
			(t->next == 0 || work[-1].step != work->step))
			t->announce(work->step, t->announce_userdata);
		t->next++;
		if (r == 0)
			r = work->start(t);
		if (r > 0)
			return;
		if (r < 0) {
			if (!t->result.text[0])
				transaction_say(t, _("The network settings were not changed: %s."),
					strerror(-r));
			course->failed(t);
			return;
		}
	}
}

/* The event loop's turn. */
int transaction_handle_kick(sd_event_source *source, void *userdata)
{
	struct transaction *t = userdata;

	if (t->course)
		run(t);
	else
		transaction_answer(t, true);
	return 0;
}

/* Let run() be called from the event loop. */
void transaction_kick(struct transaction *t)
{
	(void)sd_event_source_set_enabled(t->kick, SD_EVENT_ONESHOT);
}

void transaction_begin(struct transaction *t, const struct course *course)
{
	t->course = course;
	t->next = 0;
	transaction_kick(t);
}

void transaction_go_on(struct transaction *t, bool ok)
{
	if (ok)
		run(t);
	else
		t->course->failed(t);
}

/* The end of a try that is not refused. */
static void tried(struct transaction *t)
{
	t->waits = true;
	t->proven = t->result.proven;
	if (t->unsafe)
		transaction_begin(t, &transaction_keeping);
	else
		transaction_answer(t, true);
}

/* A try has failed. Once there is a journal, something may be in force. */
static void try_failed(struct transaction *t)
{
	t->refused = true;
	transaction_stop_waiting(t);
	t->outcome = t->abandoned ? HISTORY_RECOVERED_OLD : HISTORY_FAILED;
	if (t->journaled)
		transaction_begin(t, &transaction_taking_back);
	else
		transaction_answer(t, false);
}

/* Tell of a change that was found cut off. */
static void say_recovered(struct transaction *t, const char *what)
{
	char remark[sizeof(t->result.text)];

	(void)snprintf(remark, sizeof(remark), "%s", t->result.text);
	t->result.text[0] = '\0';
	transaction_say(t, _("A change of the network settings was cut off before its end. %s %s"),
		what, remark);
}

static void kept(struct transaction *t)
{
	t->waits = false;
	t->result.proven = t->proven;
	if (t->recovering)
		say_recovered(t, _("It was to be kept: the new settings are in force."));
	transaction_answer(t, true);
}

/* It could not be kept. A try goes on to wait; what a later process finds stays to be found. */
static void keep_failed(struct transaction *t)
{
	if (t->unsafe) {
		t->refused = true;
		t->outcome = HISTORY_FAILED;
		transaction_begin(t, &transaction_taking_back);
		return;
	}
	t->unfinished = t->unfinished || t->recovering;
	t->waits = !t->recovering;
	transaction_answer(t, false);
}

static void taken_back(struct transaction *t)
{
	bool refused = t->refused;

	t->waits = false;
	if (t->recovering)
		say_recovered(t, _("The old settings are in force again."));
	transaction_answer(t, !refused);
}

static void take_back_failed(struct transaction *t)
{
	t->waits = false;
	t->unfinished = true;
	transaction_answer(t, false);
}

const struct course transaction_trying = {
	.works =
		(const struct work[]){
			{ STEP_CHECKING, work_check_links },
			{ STEP_CHECKING, work_choose_backend },
			{ STEP_CHECKING, work_ask_before },
			{ STEP_WRITING, work_journal },
			{ STEP_WRITING, work_manager_try },
			{ STEP_ADDRESSES, work_prove },
			{ STEP_GATEWAY, work_ask_after },
			{ 0 },
		},
	.done = tried,
	.failed = try_failed,
};

const struct course transaction_keeping = {
	.works =
		(const struct work[]){
			{ STEP_KEEPING, work_journal_keeping },
			{ STEP_KEEPING, work_manager_keep },
			{ STEP_KEEPING, work_save },
			{ STEP_KEEPING, work_prove_kept },
			{ STEP_KEEPING, work_close },
			{ 0 },
		},
	.done = kept,
	.failed = keep_failed,
};

const struct course transaction_taking_back = {
	.works =
		(const struct work[]){
			{ STEP_TAKING_BACK, work_journal_trying },
			{ STEP_TAKING_BACK, work_manager_take_back },
			{ STEP_TAKING_BACK, work_close },
			{ 0 },
		},
	.done = taken_back,
	.failed = take_back_failed,
};

const struct course transaction_clearing = {
	.works =
		(const struct work[]){
			{ STEP_TAKING_BACK, work_manager_take_back },
			{ STEP_TAKING_BACK, work_close },
			{ 0 },
		},
	.done = taken_back,
	.failed = take_back_failed,
};
