/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <string.h>

#include "fact_lines.h"
#include "i18n.h"
#include "local_time.h"
#include "names.h"
#include "page_rescue.h"
#include "pager.h"
#include "reply.h"
#include "safe_text.h"
#include "util.h"

#define DAY_LENGTH 10 /* of "2026-11-22 14:02:05" */

static const struct pager_key keys[] = {
	{ 0, 'r', OURS("r"), N_("Read again") },
};

/* The lines, and how they stand on a screen of this width. */
struct journal_page {
	struct app *app;
	struct reply reply;
	struct {
		uint64_t when;
		struct safe_str text;
	} entries[UNIT_JOURNAL_LINES];
	size_t n;
	int columns;
	struct fact_lines lines;
};

/* firstbootd has answered. */
static void handle_journal(const struct client_result *result, void *userdata)
{
	struct journal_page *page = userdata;

	page->n = result->n_lines < UNIT_JOURNAL_LINES ? result->n_lines : UNIT_JOURNAL_LINES;
	for (size_t i = 0; i < page->n; i++) {
		page->entries[i].when = result->lines[i].when;
		page->entries[i].text = safe_text(result->lines[i].text, 0);
	}
	page->columns = 0;
	reply_keep(result, &page->reply);
}

/* Ask for the lines. False: there are none, and the reply says why. */
static bool fetch(struct journal_page *page)
{
	struct client *client = page->app->client;
	int r = client ? client_get_unit_journal(client, handle_journal, page) : -ENOTCONN;

	page->reply = (struct reply){ 0 };
	reply_wait_sentence(&page->reply, r, _("Reading the journal"));
	return page->reply.outcome == CLIENT_OK;
}

/* Put them under their days, wrapped. */
static size_t update(struct pager_view *view, void *userdata)
{
	struct journal_page *page = userdata;
	safe_char day[LOCAL_TIME_MAX] = "", when[LOCAL_TIME_MAX];

	if (page->columns == view->columns)
		return page->lines.n;
	page->columns = view->columns;
	fact_lines_begin(&page->lines, view->columns);
	for (size_t i = 0; i < page->n; i++) {
		local_time_format(page->entries[i].when, LOCAL_TIME_FULL, when);
		if (memcmp(day, when, DAY_LENGTH) != 0) {
			memcpy(day, when, sizeof(day));
			fact_lines_heading(&page->lines, "%.*s", DAY_LENGTH, day);
		}
		fact_lines_put(&page->lines,
			safe_length(when) > DAY_LENGTH ? when + DAY_LENGTH + 1 : OURS(""), "%s",
			page->entries[i].text.text);
	}
	if (page->n == 0)
		fact_lines_text(&page->lines, "%s", _("It has logged nothing."));
	return page->lines.n;
}

static const safe_char *get_line(size_t index, bool *ret_heading, void *userdata)
{
	const struct journal_page *page = userdata;

	return fact_lines_get(&page->lines, index, ret_heading);
}

/* Show them from the end on, as often as they are read. */
static void show(struct journal_page *page)
{
	safe_char title[SAFE_TEXT_MAX + 32];
	struct pager pager = {
		.title = title,
		.event = page->app->event,
		.update = update,
		.line = get_line,
		.userdata = page,
		.keys = keys,
		.n_keys = ARRAY_SIZE(keys),
	};

	(void)safe_format(title, sizeof(title), _("Journal of %s"),
		safe_text(page->app->conf.web_unit, 0).text);
	while (fetch(page)) {
		/* Behind the end; the pager puts that right. */
		pager.top = SIZE_MAX / 2;
		if (pager_run(&pager) != 'r')
			return;
	}
	dialogs_message(title, page->reply.text);
}

void page_journal_run(struct app *app)
{
	struct journal_page *page = calloc(1, sizeof(*page));

	if (!page)
		return;
	page->app = app;
	app_on_change(app, NULL, NULL);
	show(page);
	fact_lines_done(&page->lines);
	free(page);
}
