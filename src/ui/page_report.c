/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define NCURSES_WIDECHAR 1
#include "report.h"

#include <curses.h>
#include <errno.h>

#include "actions.h"
#include "dialogs.h"
#include "form.h"
#include "i18n.h"
#include "outlet.h"
#include "pager.h"
#include "reply.h"
#include "safe_text.h"
#include "screen.h"
#include "util.h"
#include "wrap.h"

#define CONTINUED 4  /* cells by which the rest of a line stands further in */
#define ROWS_MAX  64 /* of one line */

static const struct pager_key keys[] = {
	{ 0, 's', OURS("s"), N_("Save") },
	{ 0, 't', OURS("t"), N_("Type out here") },
};

/* Part of a line of the text, as safe_lines() has it. */
struct row {
	const char *line;
	size_t from, length;
};

/* The text as rows of the screen. */
struct lines {
	char *text;	    /* owned; each line ends in NUL */
	const char **lines; /* owned */
	size_t n;
	int columns;	  /* that the rows are made for */
	struct row *rows; /* owned */
	size_t n_rows;
	safe_char shown[SAFE_LINES_MAX];
};

/* -- the text on the screen -- */

/* Cut it into lines. */
static int split(const char *text, struct lines *ret)
{
	size_t n = 1;
	char *rest;

	for (const char *at = text; *at; at++)
		n += *at == '\n';
	*ret = (struct lines){ .text = strdup(text), .lines = calloc(n, sizeof(char *)) };
	rest = ret->text;
	if (!ret->text || !ret->lines)
		return -ENOMEM;
	for (char *at = rest; *at; at++)
		if (*at == '\t')
			*at = ' ';
	while (rest && *rest)
		ret->lines[ret->n++] = strsep(&rest, "\n");
	return 0;
}

static void lines_done(struct lines *lines)
{
	free(lines->text);
	free(lines->lines);
	free(lines->rows);
}

/* One line as rows behind the last one: what does not fit goes on below, further in. */
static int add_rows(struct lines *lines, const char *line)
{
	const struct safe_lines safe = safe_lines(line);
	struct wrap_row rows[ROWS_MAX] = { { safe.text, safe_length(safe.text) } };
	size_t n = 1;
	struct row *more;

	if (wrap_columns(safe.text, rows[0].length) > lines->columns)
		n = wrap_text(safe.text, lines->columns - CONTINUED, rows, ROWS_MAX);
	more = reallocarray(lines->rows, lines->n_rows + n, sizeof(*more));
	if (!more)
		return -ENOMEM;
	lines->rows = more;
	for (size_t i = 0; i < n; i++)
		lines->rows[lines->n_rows++] =
			(struct row){ line, (size_t)(rows[i].text - safe.text), rows[i].length };
	return 0;
}

static size_t count_rows(struct pager_view *view, void *userdata)
{
	struct lines *lines = userdata;

	if (lines->columns == view->columns)
		return lines->n_rows;
	lines->columns = view->columns;
	lines->n_rows = 0;
	for (size_t i = 0; i < lines->n; i++)
		if (add_rows(lines, lines->lines[i]) < 0)
			break;
	return lines->n_rows;
}

static const safe_char *get_row(size_t index, bool *ret_heading, void *userdata)
{
	struct lines *lines = userdata;
	const struct row *row = &lines->rows[index];
	const struct safe_lines safe = safe_lines(row->line);

	*ret_heading = *row->line && *row->line != ' ';
	(void)safe_format(lines->shown, sizeof(lines->shown), "%*s%.*s",
		row->from > 0 ? CONTINUED : 0, OURS(""), (int)row->length, safe.text + row->from);
	return lines->shown;
}

/* -- saving -- */

/* Tell it to somebody who may have typed ahead. */
static void tell(const safe_char *text)
{
	screen_flush_input();
	dialogs_message(_("Support report"), text);
}

/* Have firstbootd save it, who may want root's password first. */
static void save(struct app *app, const char *text)
{
	struct reply reply = { 0 };
	safe_char sentence[700];
	int r;

	if (!actions_permit(app))
		return;
	r = app->client ? client_save_report(app->client, text, reply_keep, &reply) : -ENOTCONN;
	reply_wait_sentence(&reply, r, _("Saving the report"));
	if (reply.outcome == CLIENT_OK)
		(void)safe_format(sentence, sizeof(sentence),
			_("The report is saved. Root finds it as %s."), reply.text);
	else
		(void)safe_format(sentence, sizeof(sentence), "%s", reply.text);
	tell(sentence);
}

/* -- typing out -- */

/* All of it, in plain lines between two marks, for the log of a terminal program. */
static void type_out(struct app *app, const char *text)
{
	bool drawn = !screen_is_plain();
	FILE *out = drawn ? outlet_stream() : stdout;

	if (!out)
		return;
	if (drawn) {
		def_prog_mode();
		endwin();
	}
	draw_print(out, "\n%s\n", OURS(REPORT_BEGIN));
	report_print(out, text);
	draw_print(out, "%s\n", OURS(REPORT_END));
	if (!drawn)
		return;
	draw_print(out, "%s ", _("Enter goes back."));
	(void)fclose(out);
	(void)screen_await_input();
	screen_flush_input();
	clearok(curscr, TRUE);
	refresh();
}

/* Say what is going on; making the report takes a moment. */
static void announce(void)
{
	enum answer unused;

	if (box_begin(&unused))
		form_paint(OURS(""), _("Writing the support report ..."), NULL);
}

/* Show it until the customer goes back. */
static void show(struct app *app, const char *text, struct lines *lines)
{
	struct pager pager = {
		.title = _("Support report (passwords and keys are left out)"),
		.event = app->event,
		.update = count_rows,
		.line = get_row,
		.userdata = lines,
		.keys = keys,
		.n_keys = ARRAY_SIZE(keys),
	};
	int key;

	while ((key = pager_run(&pager)) > 0) {
		if (key == 's')
			save(app, text);
		else
			type_out(app, text);
	}
}

void page_report_run(struct app *app)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_(lines_done) struct lines lines = { 0 };

	app_on_change(app, NULL, NULL);
	announce();
	if (report_make(app, &text) < 0 || split(text, &lines) < 0)
		tell(_("There is not enough memory to write the report."));
	else
		show(app, text, &lines);
}
