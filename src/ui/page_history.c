/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The changes of the network settings so far, the newest first; each can be looked at beside the
 * settings in force, and restored. */

#include <errno.h>

#include "form.h"
#include "i18n.h"
#include "local_time.h"
#include "names.h"
#include "network_change.h"
#include "review_table.h"
#include "safe_text.h"
#include "screen.h"
#include "settings_pages.h"
#include "util.h"
#include "wrap.h"

#define LINE_COLUMNS 76 /* narrower than this, not all of a line fits */
#define LINE_MAX     640

/* One entry beside the settings in force. */
struct comparison {
	const struct history_entry *entry;
	struct net_set now, then;
	struct review_row rows[REVIEW_ROWS_MAX];
	size_t n_rows;
	int columns;
	safe_char *text; /* owned */
};

const safe_char *page_history_words(enum history_outcome outcome)
{
	switch (outcome) {
	case HISTORY_KEPT_PROVEN:
		return _("kept");
	case HISTORY_KEPT_UNPROVEN:
		return _("kept anyway");
	case HISTORY_TAKEN_BACK:
		return _("taken back");
	case HISTORY_EXPIRED:
		return _("timed out");
	case HISTORY_FAILED:
		return _("failed");
	case HISTORY_RECOVERED_OLD:
		return _("interrupted");
	case HISTORY_RECOVERED_NEW:
		return _("kept later");
	}
	return OURS("");
}

const safe_char *page_history_sentence(enum history_outcome outcome)
{
	switch (outcome) {
	case HISTORY_KEPT_PROVEN:
		return _("These settings were kept.");
	case HISTORY_KEPT_UNPROVEN:
		return _("These settings were kept, although not everything answered.");
	case HISTORY_TAKEN_BACK:
		return _("These settings were tried, and taken back on request.");
	case HISTORY_EXPIRED:
		return _("These settings were tried, and taken back because nobody kept them in "
			 "time.");
	case HISTORY_FAILED:
		return _("These settings could not be put into force.");
	case HISTORY_RECOVERED_OLD:
		return _("The machine stopped while these settings were tried; the ones before "
			 "came back.");
	case HISTORY_RECOVERED_NEW:
		return _("The machine stopped while these settings were being kept; they were "
			 "kept at its next start.");
	}
	return OURS("");
}

/* -- talking to firstbootd -- */

/* Show why it could not be done. */
static bool complain(const struct reply *reply)
{
	screen_flush_input();
	dialogs_message(_(" History "), reply->text);
	return false;
}

/* The list. */
static bool fetch_list(struct app *app, struct history_entry (*ret)[HISTORY_MAX], size_t *ret_n)
{
	struct reply reply = { .history = ret };

	reply_wait_sentence(&reply,
		app->client ? client_list_history(app->client, reply_keep, &reply) : -ENOTCONN,
		_("Reading the history"));
	*ret_n = reply.n_history;
	return reply.outcome == CLIENT_OK || complain(&reply);
}

/* The settings of an entry; id 0: those in force. */
static bool fetch_settings(struct app *app, uint64_t id, struct net_set *ret)
{
	struct reply reply = { .settings = ret };

	reply_wait_sentence(&reply,
		app->client ? client_get_settings(app->client, id, reply_keep, &reply) : -ENOTCONN,
		_("Reading the settings"));
	return reply.outcome == CLIENT_OK || complain(&reply);
}

/* -- one entry -- */

/* Write what is to be said of it. */
static void print_comparison(FILE *file, const void *what)
{
	const struct comparison *comparison = what;
	safe_char when[LOCAL_TIME_MAX];
	const struct history_entry *entry = comparison->entry;

	draw_print(file, _("%s, by %s: %s\n%s\n\n"),
		local_time_format(entry->when, LOCAL_TIME_FULL, when),
		safe_text(entry->origin, 0).text, safe_text(entry->summary, 0).text,
		page_history_sentence(entry->outcome));
	if (comparison->n_rows == 0) {
		draw_print(file, "%s", _("These are the settings in force."));
		return;
	}
	review_table_print(file, comparison->rows, comparison->n_rows, comparison->columns,
		_("in force"), _("these settings"));
}

/* Write it for a screen of this width. */
static const safe_char *write_comparison(int columns, void *userdata)
{
	struct comparison *comparison = userdata;

	free(take_ptr(comparison->text));
	comparison->columns = columns;
	if (draw_compose(print_comparison, comparison, &comparison->text) < 0)
		return _("Not enough memory to show the settings.");
	return comparison->text;
}

/* Show it; ANSWER_NEXT: restore it. */
static enum answer show_comparison(struct comparison *comparison)
{
	bool differs = comparison->n_rows > 0;
	struct form form = {
		.title = _(" Earlier settings "),
		.write_text = write_comparison,
		.userdata = comparison,
		.buttons = { differs ? _("Restore") : _("OK"), differs ? _("Back") : NULL },
		.focus = differs ? ANSWER_BACK : ANSWER_NEXT,
		.weighty = differs,
	};
	enum answer answer;

	screen_flush_input();
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	return differs ? answer : ANSWER_BACK;
}

/* Look at an entry, and restore it where that is wanted. */
static void open_entry(struct app *app, const struct history_entry *entry)
{
	struct comparison *comparison = calloc(1, sizeof(*comparison));

	if (!comparison)
		return;
	comparison->entry = entry;
	if (fetch_settings(app, 0, &comparison->now) &&
		fetch_settings(app, entry->id, &comparison->then)) {
		comparison->n_rows = review_sets(&comparison->now, &comparison->then,
			comparison->rows, ARRAY_SIZE(comparison->rows));
		if (show_comparison(comparison) == ANSWER_NEXT)
			(void)network_change_show(
				app, _(" Restoring "), &comparison->then, NET_CHANGE_REPLACE);
	}
	free(comparison->text);
	free(comparison);
}

/* -- the list -- */

/* An entry as a line: what tells it from others first, where the end may not fit. */
static void write_line(const struct history_entry *entry, safe_char buf[static LINE_MAX])
{
	const safe_char *outcome = page_history_words(entry->outcome);
	struct safe_str summary = safe_text(entry->summary, 0);
	safe_char when[LOCAL_TIME_MAX];

	if (COLS < LINE_COLUMNS)
		(void)safe_format(buf, LINE_MAX, "%s %s %s",
			local_time_format(entry->when, LOCAL_TIME_SHORT, when), outcome,
			summary.text);
	else
		(void)safe_format(buf, LINE_MAX, "%s  %-*s  %s (%s)",
			local_time_format(entry->when, LOCAL_TIME_NEAR, when),
			wrap_field(outcome, 11), outcome, summary.text,
			safe_text(entry->origin, 0).text);
}

/* Choose one of the list. */
static bool choose(const struct history_entry *entries, size_t n, size_t *selected)
{
	safe_char numbers[HISTORY_MAX][4], lines[HISTORY_MAX][LINE_MAX];
	struct choice choices[HISTORY_MAX];
	enum answer answer;

	for (size_t i = 0; i < n; i++) {
		(void)safe_format(numbers[i], sizeof(numbers[i]), "%u", (unsigned)(i + 1) % 100);
		write_line(&entries[i], lines[i]);
		choices[i] = (struct choice){ numbers[i], lines[i] };
	}
	do
		answer = dialogs_menu(_(" History "),
			_("The last changes of the network settings, the newest first."), choices,
			n, _("Show"), NULL, selected);
	while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT && *selected < n;
}

void page_history_run(struct app *app)
{
	struct history_entry entries[HISTORY_MAX];
	size_t n = 0, selected = 0;

	while (!screen_ended() && fetch_list(app, &entries, &n)) {
		if (n == 0) {
			dialogs_message(_(" History "),
				_("The network settings have not been changed yet. Every change "
				  "will be listed here."));
			return;
		}
		if (!choose(entries, n, &selected))
			return;
		open_entry(app, &entries[selected]);
	}
}
