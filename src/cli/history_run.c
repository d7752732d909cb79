/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* --history: the changes of the network so far; one of them as answers, and beside what is in force
 * now. */

#include "history_run.h"

#include <errno.h>

#include "answers.h"
#include "headless_parts.h"
#include "json_out.h"
#include "local_time.h"
#include "review.h"
#include "settings_pages.h"
#include "wrap.h"

static const char *const words[] = {
	[HISTORY_KEPT_PROVEN] = "kept",
	[HISTORY_KEPT_UNPROVEN] = "kept-unproven",
	[HISTORY_TAKEN_BACK] = "taken-back",
	[HISTORY_EXPIRED] = "expired",
	[HISTORY_FAILED] = "failed",
	[HISTORY_RECOVERED_OLD] = "interrupted",
	[HISTORY_RECOVERED_NEW] = "kept-later",
};

/* One change, beside the settings that are kept now. */
struct comparison {
	const struct history_entry *entry;
	struct net_set now, then;
	struct answers answers;
	struct review_row rows[REVIEW_ROWS_MAX];
	size_t n_rows;
};

/* -- asking -------------------------------------------------------------------------------------
 */

static bool fetch_list(struct app *app, struct history_entry (*ret)[HISTORY_MAX], size_t *ret_n,
	struct outcome *outcome)
{
	struct reply reply = { .history = ret };

	reply_wait_plain(&reply, client_list_history(app->client, reply_keep, &reply), app->event);
	*ret_n = reply.n_history;
	if (reply.outcome != CLIENT_OK)
		headless_fail(&reply, outcome);
	return reply.outcome == CLIENT_OK;
}

bool history_fetch(struct app *app, uint64_t id, struct net_set *ret, struct outcome *outcome)
{
	struct reply reply = { .settings = ret };

	reply_wait_plain(
		&reply, client_get_settings(app->client, id, reply_keep, &reply), app->event);
	if (reply.outcome == CLIENT_OK)
		return true;
	headless_fail(&reply, outcome);
	/* There is no such change: a fault of nobody's answers. */
	if (reply.outcome == CLIENT_REFUSED)
		outcome->status = EXIT_FAILED;
	return false;
}

/* -- the list -----------------------------------------------------------------------------------
 */

static json_object *make_entry(const struct history_entry *entry)
{
	json_object *one = json_object_new_object();

	json_put_number(one, "id", entry->id);
	json_put_time(one, "time", entry->when);
	json_put_text(one, "result", words[entry->outcome]);
	json_put_text(one, "words", safe_bytes(page_history_words(entry->outcome)));
	json_put_text(one, "origin", entry->origin);
	json_put_text(one, "summary", entry->summary);
	return one;
}

static json_object *make_list(const struct history_entry *entries, size_t n)
{
	json_object *object = json_object_new_object(), *array = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_add(array, make_entry(&entries[i]));
	json_put(object, "changes", array);
	return object;
}

static void print_list(const struct history_entry *entries, size_t n)
{
	safe_char when[LOCAL_TIME_MAX];

	if (n == 0)
		draw_print(stdout, "%s\n", _("The network settings have not been changed yet."));
	for (size_t i = 0; i < n; i++)
		draw_print(stdout, "%3llu  %s  %-*s %s (%s)\n", (unsigned long long)entries[i].id,
			local_time_format(entries[i].when, LOCAL_TIME_FULL, when),
			wrap_field(page_history_words(entries[i].outcome), 12),
			page_history_words(entries[i].outcome),
			safe_text(entries[i].summary, 0).text,
			safe_text(entries[i].origin, 0).text);
}

/* -- one change ---------------------------------------------------------------------------------
 */

/* Its settings as answers. */
static void write_answers(FILE *f, const void *what)
{
	const struct comparison *comparison = what;

	(void)answers_write(f, &comparison->answers);
}

json_object *history_rows_to_json(
	const struct review_row *rows, size_t n, const char *now, const char *wanted)
{
	json_object *array = json_object_new_array();

	for (size_t i = 0; i < n; i++) {
		json_object *one = json_object_new_object();

		json_put_text(one, "setting", rows[i].subject);
		json_put_text(one, now, rows[i].now);
		json_put_text(one, wanted, rows[i].wanted);
		json_add(array, one);
	}
	return array;
}

static json_object *make_comparison(const struct comparison *comparison, const safe_char *answers)
{
	json_object *object = json_object_new_object();

	json_put(object, "change", make_entry(comparison->entry));
	json_put_text(object, "answers", safe_bytes(answers));
	json_put(object, "difference",
		history_rows_to_json(comparison->rows, comparison->n_rows, "in_force", "then"));
	return object;
}

/* A file of answers, in whose comments the rest stands. */
static void print_comparison(const struct comparison *comparison, const safe_char *answers)
{
	const struct history_entry *entry = comparison->entry;
	safe_char when[LOCAL_TIME_MAX];

	draw_print(stdout, _("# %llu, %s, by %s: %s\n# %s\n"), (unsigned long long)entry->id,
		local_time_format(entry->when, LOCAL_TIME_FULL, when),
		safe_text(entry->origin, 0).text, safe_text(entry->summary, 0).text,
		page_history_sentence(entry->outcome));
	if (comparison->n_rows == 0)
		draw_print(stdout, "# %s\n", _("These are the settings in force."));
	for (size_t i = 0; i < comparison->n_rows; i++)
		draw_print(stdout, _("# %s: in force %s, here %s\n"),
			safe_text(comparison->rows[i].subject, 0).text,
			safe_text(comparison->rows[i].now, 0).text,
			safe_text(comparison->rows[i].wanted, 0).text);
	draw_print(stdout, "\n%s", answers);
}

/* Fetch both sides, and compare them. */
static bool fill(struct app *app, struct comparison *comparison, struct outcome *outcome)
{
	const struct net_set *then = &comparison->then;
	int r = 0;

	if (!history_fetch(app, 0, &comparison->now, outcome) ||
		!history_fetch(app, comparison->entry->id, &comparison->then, outcome))
		return false;
	for (size_t i = 0; i < then->n_links && r >= 0; i++)
		r = answers_add_config(&comparison->answers, &then->links[i],
			streq(then->links[i].ifname, then->advertised));
	if (r < 0)
		outcome_set(outcome, EXIT_FAILED, _("The settings could not be read: %s."),
			safe_text(strerror(-r), 0).text);
	comparison->n_rows = review_sets(&comparison->now, &comparison->then, comparison->rows,
		ARRAY_SIZE(comparison->rows));
	return r >= 0;
}

/* -- telling ------------------------------------------------------------------------------------
 */

/* The object is owned, NULL where there was no memory. Returns the exit status. */
static int tell_object(json_object *object)
{
	int r = json_out(object);

	json_object_put(object);
	return r < 0 ? outcome_untold(-r) : EXIT_DONE;
}

static int tell_list(const struct history_entry *entries, size_t n, const struct options *options)
{
	if (options->json)
		return tell_object(make_list(entries, n));
	print_list(entries, n);
	return outcome_close_output(EXIT_DONE);
}

static int tell_comparison(const struct comparison *comparison, const struct options *options)
{
	_cleanup_free_ safe_char *answers = NULL;
	int r = draw_compose(write_answers, comparison, &answers);

	if (r < 0)
		return outcome_untold(-r);
	if (options->json)
		return tell_object(make_comparison(comparison, answers));
	print_comparison(comparison, answers);
	return outcome_close_output(EXIT_DONE);
}

/* The change with a number; NULL, with the outcome: there is none. */
static const struct history_entry *find_entry(
	const struct history_entry *entries, size_t n, uint64_t id, struct outcome *outcome)
{
	for (size_t i = 0; i < n; i++)
		if (entries[i].id == id)
			return &entries[i];
	outcome_set(outcome, EXIT_FAILED,
		_("There is no change %llu in the history, which holds the last %d."),
		(unsigned long long)id, HISTORY_MAX);
	return NULL;
}

/* One of them. */
static int run_one(struct app *app, const struct history_entry *entry,
	const struct options *options, struct outcome *outcome)
{
	_cleanup_free_ struct comparison *comparison = calloc(1, sizeof(*comparison));
	int status = -1;

	if (!comparison)
		return outcome_untold(ENOMEM);
	comparison->entry = entry;
	if (fill(app, comparison, outcome))
		status = tell_comparison(comparison, options);
	answers_done(&comparison->answers);
	return status;
}

/* Returns the exit status, or -1: outcome has it. */
static int run(struct app *app, const struct options *options, struct outcome *outcome)
{
	const struct history_entry *entry;
	struct history_entry entries[HISTORY_MAX];
	size_t n = 0;

	if (!fetch_list(app, &entries, &n, outcome))
		return -1;
	if (options->id == 0)
		return tell_list(entries, n, options);
	entry = find_entry(entries, n, options->id, outcome);
	return entry ? run_one(app, entry, options, outcome) : -1;
}

int history_run(const struct options *options)
{
	_cleanup_(outcome_done) struct outcome outcome = { 0 };
	struct app app;
	int status = -1;

	if (headless_begin(&app, &outcome))
		status = run(&app, options, &outcome);
	app_done(&app);
	return status < 0 ? outcome_tell(&outcome, options) : status;
}
