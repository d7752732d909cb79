/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* --restore: the settings of an earlier change as a change of the network like any other. */

#include "restore.h"

#include <errno.h>
#include <signal.h>

#include "edit_lock.h"
#include "headless_parts.h"
#include "history_run.h"
#include "json_out.h"
#include "names.h"
#include "network_change.h"
#include "plan_parts.h"
#include "review.h"
#include "screen.h"

struct restore {
	struct app *app;
	const struct options *options;
	struct outcome *outcome;
	struct net_set now, then;
	struct review_row rows[REVIEW_ROWS_MAX]; /* what differs */
	size_t n_rows;
	struct progress progress;
	struct network_change change;
	bool interrupted;
};

/* Asked to end: what is under way is taken back. A connection that is gone is no such wish. */
static void interrupt(int signo, void *userdata)
{
	struct restore *restore = userdata;

	if (signo == SIGHUP)
		return;
	restore->interrupted = restore->change.interrupted = true;
	network_change_wake(&restore->change);
}

/* Would the change be one of the link that this session of ssh goes through? */
static bool touches_session(const struct restore *restore)
{
	const struct link *link = plan_find_session_link(restore->app);
	const struct net_config *now = link ? net_set_find(&restore->now, link->name) : NULL;
	const struct net_config *then = link ? net_set_find(&restore->then, link->name) : NULL;
	struct review_row row;

	if (!now || !then)
		return now || then;
	return review_link(now, then, &row, 1) > 0;
}

/* How it is to be done. */
static uint32_t choose_flags(struct restore *restore)
{
	if (restore->options->no_rollback)
		return NET_CHANGE_REPLACE | NET_CHANGE_UNSAFE;
	if (!touches_session(restore))
		return NET_CHANGE_REPLACE;
	outcome_complain(_("This change may cut the ssh connection that it is made over. Keep it "
			   "from a new one: firstboot --confirm"));
	return NET_CHANGE_REPLACE | NET_CHANGE_ASK;
}

/* It is over. */
static void tell_end(struct restore *restore, bool kept)
{
	struct outcome *outcome = restore->outcome;

	if (kept) {
		if (*restore->change.remark)
			outcome_warn(outcome, restore->change.remark);
		outcome->changed = true;
		outcome->changes =
			history_rows_to_json(restore->rows, restore->n_rows, "old", "new");
		outcome_set(outcome, EXIT_DONE, _("The settings of change %llu are in force."),
			(unsigned long long)restore->options->id);
		return;
	}
	headless_fail(&restore->change.reply, outcome);
	if (restore->change.taken_back)
		outcome->status = EXIT_TAKEN_BACK;
	/* What was valid then may not fit now; no answers were given. */
	if (outcome->status == EXIT_INVALID)
		outcome->status = EXIT_FAILED;
	if (restore->interrupted)
		outcome_set(outcome, EXIT_FAILED, "%s",
			_("Interrupted: the change that was under way was taken back."));
}

/* Try, prove and keep. */
static void change_network(struct restore *restore)
{
	const struct options *options = restore->options;

	restore->change = (struct network_change){ .app = restore->app,
		.set = &restore->then,
		.flags = choose_flags(restore),
		.progress = &restore->progress,
		.seconds = options->timeout_given ? options->timeout : 0,
		.awaits = headless_tell_waiting };
	restore->progress = (struct progress){ .quiet = options->quiet || !isatty(STDERR_FILENO) };
	network_change_plan(&restore->change);
	tell_end(restore, network_change_run(&restore->change));
}

static int on_interrupt(sd_event_source *source, const struct signalfd_siginfo *si, void *userdata)
{
	interrupt((int)si->ssi_signo, userdata);
	return 0;
}

/* Signals are events from now on. */
static sd_event_source *watch_signals(struct restore *restore)
{
	sd_event_source *source = NULL;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		(void)sd_event_add_signal(
			restore->app->event, &source, SIGINT, on_interrupt, restore);
	app_on_hangup(restore->app, interrupt, restore);
	return source;
}

/* Bring them back, unless they are in force. */
static void run(struct restore *restore)
{
	_cleanup_(sd_event_source_disable_unrefp) sd_event_source *source = NULL;
	uint64_t id = restore->options->id;

	if (!history_fetch(restore->app, id, &restore->then, restore->outcome) ||
		!history_fetch(restore->app, 0, &restore->now, restore->outcome))
		return;
	restore->n_rows = review_sets(
		&restore->now, &restore->then, restore->rows, ARRAY_SIZE(restore->rows));
	if (restore->n_rows == 0) {
		outcome_set(restore->outcome, EXIT_DONE, "%s", OURS("unchanged"));
		return;
	}
	source = watch_signals(restore);
	if (headless_lock(
		    restore->app, restore->options, &restore->interrupted, restore->outcome)) {
		change_network(restore);
		edit_lock_drop(restore->app);
	}
	app_on_hangup(restore->app, NULL, NULL);
}

int restore_run(const struct options *options)
{
	_cleanup_free_ struct restore *restore = calloc(1, sizeof(*restore));
	_cleanup_(outcome_done) struct outcome outcome = { 0 };
	struct app app;

	if (!restore)
		return outcome_untold(ENOMEM);
	*restore = (struct restore){ .app = &app, .options = options, .outcome = &outcome };
	if (headless_begin(&app, &outcome))
		run(restore);
	app_done(&app);
	return outcome_tell(&outcome, options);
}
