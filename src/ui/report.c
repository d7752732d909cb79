/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The text of the support report. It is in English, whoever reads it on the screen: it is made for
 * who supports the product. */

#include "report.h"

#include <errno.h>

#include "local_time.h"
#include "names.h"
#include "plain.h"
#include "redact.h"
#include "report_parts.h"
#include "safe_text.h"
#include "settings_pages.h"
#include "textfile.h"
#include "util.h"

#define COLUMNS	    100
#define LINKS_MAX   200 /* interfaces */
#define ANSWER_USEC 2000000

/* -- asking -- */

/* firstbootd has told the history, or why not. */
static void on_history(const struct client_result *result, void *userdata)
{
	struct report *report = userdata;

	report->history_done = true;
	if (result->outcome != CLIENT_OK)
		(void)safe_format(report->history_trouble, sizeof(report->history_trouble), "%s",
			safe_text(result->text, 0).text);
	report->n_history = result->n_history < HISTORY_MAX ? result->n_history : HISTORY_MAX;
	for (size_t i = 0; i < report->n_history; i++)
		report->history[i] = result->history[i];
}

static void on_machine(struct machine *machine, void *userdata)
{
}

static bool is_complete(const void *what)
{
	const struct report *report = what;

	return report->history_done && app_is_settled(report->sources.app) &&
	       (!report->sources.machine || machine_facts(report->sources.machine)->answered);
}

/* A client of its own: an answer that comes too late has nobody to come to. */
static struct client *ask(struct report *report)
{
	struct app *app = report->sources.app;
	struct client *client = NULL;

	report->history_done = true;
	if (!app->bus)
		return NULL;
	(void)machine_new(app->bus, on_machine, NULL, &report->sources.machine);
	if (client_new(app->bus, &client) >= 0)
		report->history_done = client_list_history(client, on_history, report) < 0;
	return client;
}

/* -- writing -- */

/* Write the lines of a section, and forget them. */
static void flush(struct fact_lines *lines, FILE *f)
{
	bool heading;

	for (size_t i = 0; i < lines->n; i++)
		draw_print(f, "%s\n", fact_lines_get(lines, i, &heading));
	draw_print(f, "\n");
	fact_lines_begin(lines, COLUMNS);
}

/* What the start screen says. */
static void put_status(const struct report *report, FILE *f)
{
	_cleanup_free_ struct status_line *lines = NULL;
	size_t n;

	if (status_build(report->sources.app, &lines, &n) >= 0)
		plain_print(f, lines, n);
	draw_print(f, "\n");
}

static void put_links(const struct report *report, struct fact_lines *lines, FILE *f)
{
	const struct app *app = report->sources.app;
	const struct link *links;
	size_t n;

	links = netlink_links(app->nl, &n);
	for (size_t i = 0; i < n && i < LINKS_MAX; i++) {
		struct link_facts facts;

		link_facts_read(app->nl, &links[i], &facts);
		details_put_link(app, &links[i], &facts, lines);
		flush(lines, f);
	}
	if (n > LINKS_MAX)
		draw_print(f, "and %zu more interfaces\n\n", n - LINKS_MAX);
}

static void put_history(const struct report *report, FILE *f)
{
	safe_char when[LOCAL_TIME_MAX];

	draw_print(f, "Changes of the network settings\n");
	if (*report->history_trouble)
		draw_print(f, "  %s\n", report->history_trouble);
	else if (!report->history_done)
		draw_print(f, "  firstbootd has not answered in time\n");
	else if (report->n_history == 0)
		draw_print(f, "  none\n");
	for (size_t i = 0; i < report->n_history; i++) {
		const struct history_entry *entry = &report->history[i];

		draw_print(f, "  %s  %s  %s (%s)\n",
			local_time_format(entry->when, LOCAL_TIME_FULL, when),
			page_history_words(entry->outcome), safe_text(entry->summary, 0).text,
			safe_text(entry->origin, 0).text);
	}
	draw_print(f, "\n");
}

/* Everything, not yet redacted. */
static void write_report(FILE *f, const void *what)
{
	const struct report *report = what;
	struct fact_lines lines = { 0 };

	fact_lines_begin(&lines, COLUMNS);
	draw_print(f, "Support report\n\n");
	put_status(report, f);
	details_put_machine(&report->sources, &lines);
	flush(&lines, f);
	report_put_resources(report, &lines);
	flush(&lines, f);
	details_put_web(&report->sources, &lines);
	flush(&lines, f);
	details_put_keys(&report->sources, &lines);
	flush(&lines, f);
	details_put_dns(&report->sources, &lines);
	flush(&lines, f);
	put_links(report, &lines, f);
	put_history(report, f);
	report_put_files(f);
	fact_lines_done(&lines);
}

/* Control characters become "?", and what is too much is cut at the end of a line. */
static void clean(char *text)
{
	static const char cut[] = "\n(cut: too long)\n";

	safe_utf8(text);
	for (unsigned char *p = (unsigned char *)text; *p; p++) {
		bool c1 = p[0] == 0xc2 && p[1] >= 0x80 && p[1] <= 0x9f;

		if (*p == '\r' && p[1] == '\n')
			*p = ' ';
		else if (*p == 0x7f || (*p < 0x20 && *p != '\n' && *p != '\t'))
			*p = '?';
		else if (c1)
			p[0] = p[1] = '?';
	}
	if (strlen(text) > REPORT_MAX) {
		char *end = text + REPORT_MAX - sizeof(cut);

		while (end > text && *end != '\n')
			end--;
		memcpy(end, cut, sizeof(cut));
	}
}

int report_make(struct app *app, char **ret)
{
	_cleanup_free_ struct report *report = calloc(1, sizeof(*report));
	_cleanup_free_ char *text = NULL;
	struct client *client;
	int r;

	if (!report)
		return -ENOMEM;
	report->sources.app = app;
	(void)netlink_read_set_routes(app->nl);
	client = ask(report);
	(void)app_wait(app, ANSWER_USEC, is_complete, report);
	r = textfile_compose(write_report, report, &text);
	if (r >= 0)
		r = redact(text, ret);
	if (r >= 0)
		clean(*ret);
	client_free(client);
	machine_free(report->sources.machine);
	return r;
}

void report_print(FILE *file, const char *report)
{
	while (*report) {
		size_t length = strcspn(report, "\n");
		char line[SAFE_LINES_MAX];

		(void)snprintf(line, sizeof(line), "%.*s", (int)length, report);
		draw_print(file, "%s\n", safe_lines(line).text);
		report += length + (report[length] == '\n');
	}
}
