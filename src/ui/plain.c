/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plain.h"

#include <errno.h>
#include <sys/epoll.h>

#include "actions.h"
#include "i18n.h"
#include "lock.h"
#include "page_details.h"
#include "page_rescue.h"
#include "plain_ask.h"
#include "reply.h"
#include "util.h"

#define LINE_MAX_BYTES 64

struct plain {
	struct app *app;
	struct status_line *shown; /* owned */
	size_t n_shown;
	bool ready; /* there is something to read */
	bool leave;
};

/* One interface or one more address of it, the parts that there are separated by commas. */
static void print_link(FILE *out, const struct status_line *line)
{
	const safe_char *parts[] = { line->text, line->mac, line->address, line->origin };
	const safe_char *before = *line->label ? OURS(": ") : OURS("  ");

	draw_print(out, "%s", line->label);
	for (size_t i = 0; i < ARRAY_SIZE(parts); i++) {
		if (!*parts[i])
			continue;
		draw_print(out, "%s%s", before, parts[i]);
		before = OURS(", ");
	}
	draw_print(out, "\n");
}

/* What is said under a label, or goes on below it; key and text separated by a comma. */
static void print_fact(FILE *out, const struct status_line *line)
{
	draw_print(out, "%s%s%s%s%s\n", line->label, *line->label ? OURS(": ") : OURS("  "),
		line->key, *line->key && *line->text ? OURS(", ") : OURS(""), line->text);
}

void plain_print(FILE *out, const struct status_line *lines, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct status_line *line = &lines[i];

		switch (line->kind) {
		case STATUS_TITLE:
			draw_print(
				out, *line->label ? "%s, %s\n" : "%s\n", line->text, line->label);
			break;
		case STATUS_INTRO:
			draw_print(out, "%s:\n", line->text);
			break;
		case STATUS_URL:
			draw_print(out, "  %s\n", line->text);
			break;
		case STATUS_LINK:
			print_link(out, line);
			break;
		case STATUS_WEB:
		case STATUS_CERTIFICATE:
		case STATUS_HOST_KEY:
		case STATUS_HELP:
			print_fact(out, line);
			break;
		case STATUS_NOTICE:
		case STATUS_ADVICE:
		case STATUS_MORE:
			draw_print(out, "%s\n", line->text);
			break;
		case STATUS_LOGO: /* cannot be read out */
		case STATUS_HINT:
			break;
		}
	}
}

/* What the vendor lets "Log in" be on a console; "" for nothing. */
static const safe_char *third_choice(const struct app *app)
{
	switch (app->conf.shell) {
	case SHELL_LOGIN:
		return _("3 Log in");
	case SHELL_RESTRICTED:
		return _("3 Rescue");
	case SHELL_OFF:
		return OURS("");
	}
	return OURS("");
}

/* What can be chosen here; the numbers stay the same whatever is offered. */
static void prompt(const struct plain *plain)
{
	draw_print(stdout, "%s  %s", _("1 Settings"), _("2 Details"));
	if (plain->app->console && *third_choice(plain->app))
		draw_print(stdout, "  %s", third_choice(plain->app));
	draw_print(stdout, "  %s", _("4 Restart or power off"));
	if (!plain->app->console)
		draw_print(stdout, "  %s", _("q Quit"));
	draw_print(stdout, "\n%s ", _("Choice:"));
	fflush(stdout);
}

/* Print the status where it is not what was printed last. */
static void update(struct plain *plain)
{
	struct status_line *lines;
	size_t n;

	if (status_build(plain->app, &lines, &n) < 0)
		return;
	if (status_equal(lines, n, plain->shown, plain->n_shown)) {
		free(lines);
		return;
	}
	free(plain->shown);
	plain->shown = lines;
	plain->n_shown = n;
	draw_print(stdout, "\n\n");
	plain_print(stdout, lines, n);
	prompt(plain);
}

/* Something has changed below. */
static void on_change(struct app *app, void *userdata)
{
	update(userdata);
}

/* Have the next session on this terminal be root's. */
static bool request_login(struct app *app)
{
	struct reply reply = { 0 };
	int r = app_ask_state(app);

	if (r >= 0)
		r = client_request_login(app->client, reply_keep, &reply);
	reply_wait_plain(&reply, r, app->event);
	if (reply.outcome != CLIENT_OK)
		draw_print(stdout, "%s\n", reply.text);
	return reply.outcome == CLIENT_OK;
}

/* How to come to the settings, which lines alone cannot show. */
static const safe_char *settings_advice(const struct app *app)
{
	if (app->console && !app->unclaimed && app->conf.authentication == AUTHENTICATION_LOGIN)
		return plain_login_advice();
	return app->console
		       ? _("Settings need a terminal that can move its cursor, such as vt220 or "
			   "xterm. On a serial line set TERM=vt220 for this console.")
		       : _("Settings need a terminal that can move its cursor, such as vt220 or "
			   "xterm. On one, or where the terminal is one in truth, type:\n"
			   "TERM=vt220 firstboot --reconfigure");
}

/* Log in, or what stands in for it. False: there is nothing of the kind here. */
static bool choose_third(struct plain *plain)
{
	struct app *app = plain->app;

	if (!app->console || app->conf.shell == SHELL_OFF)
		return false;
	if (app->conf.shell == SHELL_LOGIN)
		plain->leave = request_login(app);
	else if (plain_permit(app))
		page_rescue_plain(app);
	return true;
}

/* Do what a line chooses; an empty one prints the status again. */
static void choose(struct plain *plain, const char *line, ssize_t n)
{
	char choice = n == 1 ? *line : '\0';

	if (n == 0)
		plain->n_shown = 0;
	else if (choice == '1')
		draw_print(stdout, "%s\n", settings_advice(plain->app));
	else if (choice == '2') {
		if (app_shows_details(plain->app) || plain_permit(plain->app))
			page_details_run(plain->app);
	} else if (choice == '3' && choose_third(plain))
		return;
	else if (choice == '4')
		plain_choose_power(plain->app);
	else if (choice == 'q' && !plain->app->console)
		plain->leave = true;
	else
		draw_print(stdout, "%s\n", _("Type one of the numbers and Enter."));
}

/* The terminal has a line, or is gone. What it says is done outside of the event loop, which must
 * be free to run for the answers, and not be kept awake by what is typed ahead. */
static int on_input(sd_event_source *source, int fd, uint32_t revents, void *userdata)
{
	struct plain *plain = userdata;

	plain->ready = true;
	return sd_event_source_set_enabled(source, SD_EVENT_OFF);
}

/* Read a line and do what it says. */
static void take_line(struct plain *plain)
{
	char line[LINE_MAX_BYTES];
	ssize_t n = plain_read_line(plain->app->event, line, sizeof(line));

	plain->ready = false;
	if (n < 0) {
		plain->leave = true;
		return;
	}
	app_on_change(plain->app, NULL, NULL);
	lock_enter_pages();
	choose(plain, line, n);
	if (lock_leave_pages() == LOCK_TIME)
		draw_print(stdout, "%s\n", lock_sentence());
	app_on_change(plain->app, on_change, plain);
	if (n > 0 && !plain->leave)
		prompt(plain);
	update(plain);
}

int plain_run(struct app *app)
{
	_cleanup_(sd_event_source_disable_unrefp) sd_event_source *input = NULL;
	struct plain plain = { .app = app };
	int r;

	r = app_finish_init(app);
	if (r >= 0)
		r = sd_event_add_io(app->event, &input, STDIN_FILENO, EPOLLIN, on_input, &plain);
	if (r < 0)
		return r;
	app_on_change(app, on_change, &plain);
	update(&plain);
	while (!plain.leave && r >= 0) {
		r = sd_event_run(app->event, UINT64_MAX);
		if (!plain.ready)
			continue;
		take_line(&plain);
		if (r >= 0)
			r = sd_event_source_set_enabled(input, SD_EVENT_ON);
	}
	app_on_change(app, NULL, NULL);
	free(plain.shown);
	return r < 0 ? r : 0;
}
