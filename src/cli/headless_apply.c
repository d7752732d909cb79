/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The steps in their order: the network last but the claim, since it may cut the connection that we
 * are called over. What a step has done stays done when a later one fails, and the sentence says
 * which.
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

/* All of it. */
struct run {
	struct app *app;
	const struct options *options;
	struct plan *plan;
	struct outcome *outcome;
	struct progress progress;
	struct reply reply; /* of the step that is under way */
	bool claim, interrupted;
	struct net_set set;
	struct network_change change;
	unsigned done; /* a bit for each step that has changed something */
};

/* One step. */
struct step {
	const char *part; /* of the plan */
	const safe_char *name, *working, *ready;
	bool (*is_due)(const struct run *run);
	/* Do it. False: not done, reply says why. */
	bool (*work)(struct run *run);
};

/* Wait for firstbootd's answer to a call. True: it is done. */
static bool wait_for(struct run *run, int started)
{
	reply_wait(&run->reply, started, progress_paint, &run->progress);
	return run->reply.outcome == CLIENT_OK;
}

/* -- the steps ----------------------------------------------------------------------------------
 */

static bool hostname_is_due(const struct run *run)
{
	return !streq(run->plan->now.hostname, run->plan->wanted.hostname);
}

static bool set_hostname(struct run *run)
{
	return wait_for(run, client_set_hostname(run->app->client, run->plan->wanted.hostname,
				     reply_keep, &run->reply));
}

static bool timezone_is_due(const struct run *run)
{
	return !streq(run->plan->now.timezone, run->plan->wanted.timezone);
}

static bool set_timezone(struct run *run)
{
	return wait_for(run, client_set_timezone(run->app->client, run->plan->wanted.timezone,
				     reply_keep, &run->reply));
}

static bool keymap_is_due(const struct run *run)
{
	return !streq(run->plan->now.keymap, run->plan->wanted.keymap);
}

static bool set_keymap(struct run *run)
{
	return wait_for(run, client_set_keymap(run->app->client, run->plan->wanted.keymap,
				     reply_keep, &run->reply));
}

static bool keys_are_due(const struct run *run)
{
	for (size_t i = 0; i < run->plan->answers->n_keys; i++)
		if (run->plan->new_keys[i])
			return true;
	return false;
}

static bool add_keys(struct run *run)
{
	bool unchanged = true;

	for (size_t i = 0; i < run->plan->answers->n_keys; i++) {
		run->reply = (struct reply){ 0 };
		if (run->plan->new_keys[i] && !wait_for(run, client_add_root_key(run->app->client,
								     run->plan->answers->keys[i],
								     reply_keep, &run->reply)))
			return false;
		unchanged = unchanged && (!run->plan->new_keys[i] || run->reply.unchanged);
	}
	run->reply.unchanged = unchanged;
	return true;
}

static bool hash_is_due(const struct run *run)
{
	return run->plan->hash.length > 0;
}

static bool set_hash(struct run *run)
{
	return wait_for(run,
		client_set_root_hash(run->app->client, &run->plan->hash, reply_keep, &run->reply));
}

static bool network_is_due(const struct run *run)
{
	return run->plan->network;
}

void headless_tell_waiting(const struct network_change *change)
{
	unsigned seconds = (unsigned)(change->reply.usec_left / 1000000);
	safe_char text[REMARK_MAX + 256];

	(void)safe_format(text, sizeof(text),
		_("%s%sThe new network settings wait to be confirmed: \"firstboot --confirm\" "
		  "within "
		  "%u seconds keeps them, else they are taken back."),
		change->doubt, *change->doubt ? OURS(" ") : OURS(""), seconds);
	outcome_complain(text);
}

/* Try, prove and keep. */
static bool set_network(struct run *run)
{
	bool kept = network_change_run(&run->change);

	run->reply = run->change.reply;
	run->reply.unchanged = false;
	if (kept && *run->change.remark)
		outcome_warn(run->outcome, run->change.remark);
	return kept;
}

/* Root can log in afterwards. */
static bool claim_is_due(const struct run *run)
{
	return run->claim && run->app->unclaimed &&
	       (run->plan->answers->given & (ANSWER_PASSWORD | ANSWER_KEYS));
}

static bool set_claim(struct run *run)
{
	return wait_for(run, client_complete(run->app->client, reply_keep, &run->reply));
}

static const struct step steps[] = {
	{ PLAN_HOSTNAME, N_("hostname"), N_("setting the hostname"), N_("hostname set"),
		hostname_is_due, set_hostname },
	{ PLAN_TIMEZONE, N_("time zone"), N_("setting the time zone"), N_("time zone set"),
		timezone_is_due, set_timezone },
	{ PLAN_KEYMAP, N_("keyboard layout"), N_("setting the keyboard layout"),
		N_("keyboard layout set"), keymap_is_due, set_keymap },
	{ PLAN_KEYS, N_("root's SSH key"), N_("adding root's SSH key"), N_("root's SSH key added"),
		keys_are_due, add_keys },
	{ PLAN_PASSWORD, N_("root's password"), N_("setting root's password"),
		N_("root's password set"), hash_is_due, set_hash },
	{ PLAN_NETWORK, N_("network"), NULL, NULL, network_is_due, set_network },
	{ PLAN_CLAIM, N_("end of the setup"), N_("ending the setup"), N_("the setup is ended"),
		claim_is_due, set_claim },
};

/* -- signals ------------------------------------------------------------------------------------
 */

/* Asked to end: what is under way is taken back. A connection that is gone is no such wish: the
 * countdown of firstbootd goes on, and may be answered from another one. */
static void interrupt(int signo, void *userdata)
{
	struct run *run = userdata;

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
static sd_event_source *watch_interrupt(struct run *run)
{
	sd_event_source *source = NULL;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		(void)sd_event_add_signal(run->app->event, &source, SIGINT, on_interrupt, run);
	return source;
}

/* -- how it ends --------------------------------------------------------------------------------
 */

/* "hostname, network": the steps of these bits. */
static void list_steps(unsigned bits, safe_char *buf, size_t size)
{
	struct word_list list = word_list_begin(buf, size);

	*buf = 0;
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++)
		if (bits & (1U << i))
			word_list_add(&list, translate(steps[i].name));
}

/* Add what was done, and what was not, to the reason. */
static void add_parts(struct run *run, unsigned due)
{
	safe_char done[256], left[256];
	safe_char *text = run->outcome->text;
	size_t length = safe_length(text);

	list_steps(run->done, done, sizeof(done));
	list_steps(due & ~run->done, left, sizeof(left));
	if (run->done)
		(void)safe_format(text + length, sizeof(run->outcome->text) - length,
			_(" Done before that: %s. Not done: %s."), done, left);
}

void headless_fail(const struct reply *reply, struct outcome *outcome)
{
	static const enum exit_status statuses[] = {
		[CLIENT_OK] = EXIT_DONE,
		[CLIENT_REFUSED] = EXIT_INVALID,
		[CLIENT_NOT_PERMITTED] = EXIT_NOT_PERMITTED,
		[CLIENT_WRONG_PASSWORD] = EXIT_NOT_PERMITTED,
		[CLIENT_TOO_SOON] = EXIT_FAILED,
		[CLIENT_BUSY] = EXIT_FAILED,
		[CLIENT_FAILED] = EXIT_FAILED,
		[CLIENT_UNREACHABLE] = EXIT_NO_SERVICE,
	};

	outcome_set(outcome, statuses[reply->outcome], "%s", reply->text);
}

/* Leave of the plan what was done. */
static void keep_done(const struct run *run, json_object *changes, struct outcome *ret)
{
	size_t n = json_object_array_length(changes);

	ret->changes = json_object_new_array();
	for (size_t i = 0; i < n && ret->changes; i++) {
		json_object *one = json_object_array_get_idx(changes, i);
		const char *part = json_object_get_string(json_object_object_get(one, "part"));

		for (size_t j = 0; j < ARRAY_SIZE(steps); j++)
			if ((run->done & (1U << j)) && streq(steps[j].part, part))
				json_add(ret->changes, json_object_get(one));
	}
}

/* A step has failed. */
static void fail(struct run *run, unsigned due)
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
static void succeed(struct run *run)
{
	safe_char list[512];

	list_steps(run->done, list, sizeof(list));
	if (run->done)
		outcome_set(run->outcome, EXIT_DONE, _("Done: %s."), list);
	else
		outcome_set(run->outcome, EXIT_DONE, "%s", OURS("unchanged"));
}

/* -- all of it ----------------------------------------------------------------------------------
 */

/* What will happen to the network, as lines. */
static void plan_network(struct run *run)
{
	const struct options *options = run->options;
	int ifindexes[NET_LINKS_MAX];
	uint32_t flags;

	drafts_change(&run->plan->drafts, run->app, &run->set, ifindexes, &flags);
	if (options->no_rollback)
		flags |= NET_CHANGE_UNSAFE;
	else if (*run->plan->cut)
		flags |= NET_CHANGE_ASK;
	run->change = (struct network_change){ .app = run->app,
		.set = &run->set,
		.flags = flags,
		.progress = &run->progress,
		.seconds = options->timeout_given ? options->timeout : 0,
		.awaits = headless_tell_waiting,
		.alone = options->mode == MODE_UNATTENDED };
	network_change_plan(&run->change);
}

/* One step, whose line is given. */
static bool run_step(struct run *run, const struct step *step, size_t line)
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
static unsigned plan_steps(struct run *run, size_t lines[static ARRAY_SIZE(steps)])
{
	unsigned due = 0;

	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		lines[i] = PROGRESS_NONE;
		if (!steps[i].is_due(run))
			continue;
		due |= 1U << i;
		if (steps[i].working)
			lines[i] = progress_add(&run->progress, translate(steps[i].name),
				translate(steps[i].working), translate(steps[i].ready));
		else
			plan_network(run);
	}
	return due;
}

/* Do them. */
static void run_steps(struct run *run, unsigned due, const size_t *lines)
{
	for (size_t i = 0; i < ARRAY_SIZE(steps); i++) {
		if (!(due & (1U << i)))
			continue;
		if (run->interrupted || !run_step(run, &steps[i], lines[i])) {
			fail(run, due);
			return;
		}
		if (!run->reply.unchanged)
			run->done |= 1U << i;
	}
	succeed(run);
}

/* Say what should be known before it happens. */
static void warn(struct run *run)
{
	size_t n;

	if (run->options->no_rollback)
		return;
	plan_warn(run->plan, run->outcome);
	n = run->outcome->warnings ? json_object_array_length(run->outcome->warnings) : 0;
	for (size_t i = 0; i < n; i++)
		outcome_complain(safe_lines(json_object_get_string(json_object_array_get_idx(
						    run->outcome->warnings, i)))
					 .text);
	if (run->options->json || n == 0)
		return;
	json_object_put(run->outcome->warnings);
	run->outcome->warnings = NULL;
}

/* With the lock in hand. */
static void apply(struct run *run)
{
	_cleanup_(sd_event_source_disable_unrefp) sd_event_source *source = watch_interrupt(run);
	_cleanup_(json_putp) json_object *changes = NULL;
	size_t lines[ARRAY_SIZE(steps)];
	unsigned due = plan_steps(run, lines);

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
static void plan_and_apply(struct run *run, const struct answers *answers, const char *file,
	struct answers_problems *problems)
{
	int r = plan_make(answers, file, run->app, run->plan, problems);

	if (r < 0)
		outcome_set(run->outcome, EXIT_FAILED, _("Nothing was changed: %s."),
			safe_text(strerror(-r), 0).text);
	else if (problems->n > 0)
		headless_refuse(problems, run->outcome);
	else
		apply(run);
	plan_done(run->plan);
}

void headless_apply(struct app *app, const struct answers *answers, const char *file,
	const struct options *options, bool claim, struct answers_problems *problems,
	struct outcome *ret)
{
	_cleanup_free_ struct run *run = calloc(1, sizeof(*run));
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
	plan_and_apply(run, answers, file, problems);
}
