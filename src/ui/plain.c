/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "plain.h"

#include "i18n.h"
#include "paint.h"
#include "plain_lines.h"
#include "screen.h"
#include "util.h"

struct plain {
	struct app *app;
	struct status_line *shown; /* owned */
	size_t n_shown;
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
static void update(void *userdata)
{
	struct plain *plain = userdata;
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
	paint_soon(update, userdata);
	screen_wake();
}

/* The terminal asks again what can be chosen. */
static void refuse(const struct plain *plain)
{
	draw_print(stdout, "%s\n", _("Type one of the numbers and Enter."));
	prompt(plain);
}

/* What a line chooses. False: nothing. */
static bool find_choice(
	const struct app *app, const struct plain_choice *typed, enum dashboard_choice *ret)
{
	static const enum dashboard_choice choices[] = {
		DASHBOARD_SETTINGS,
		DASHBOARD_DETAILS,
		DASHBOARD_LOGIN,
		DASHBOARD_POWER,
	};

	if (typed->number == 0 || typed->number > ARRAY_SIZE(choices))
		return false;
	*ret = choices[typed->number - 1];
	if (*ret != DASHBOARD_LOGIN)
		return true;
	if (app->conf.shell == SHELL_RESTRICTED)
		*ret = DASHBOARD_RESCUE;
	return app->console && app->conf.shell != SHELL_OFF;
}

/* Must the wizard come by itself? */
static bool wizard_is_due(const struct app *app)
{
	return app->unclaimed && !app->wizard_offered;
}

/* Wait for a line that chooses something; an empty one prints the status again. */
static enum dashboard_choice wait_choice(struct plain *plain)
{
	struct app *app = plain->app;
	enum dashboard_choice choice;
	struct plain_choice typed;

	for (;;) {
		enum plain_kind kind;

		if (wizard_is_due(app)) {
			app->wizard_offered = true;
			return DASHBOARD_UNCLAIMED;
		}
		kind = plain_choose(&typed);
		if (screen_ended() || (kind == PLAIN_BACK && !app->console))
			return DASHBOARD_QUIT;
		if (kind == PLAIN_WOKEN)
			continue;
		app_look_again(app);
		if (kind == PLAIN_NUMBER && find_choice(app, &typed, &choice))
			return choice;
		if (kind == PLAIN_ENTER) {
			plain->n_shown = 0;
			update(plain);
		} else {
			refuse(plain);
		}
	}
}

enum dashboard_choice plain_run(struct app *app)
{
	struct plain plain = { .app = app };
	enum dashboard_choice choice;

	if (!app->finished)
		app->trouble = app_finish_init(app);
	else
		(void)app_ask_state(app);
	app_on_change(app, on_change, &plain);
	update(&plain);
	choice = wait_choice(&plain);
	app_on_change(app, NULL, NULL);
	paint_soon(NULL, NULL);
	free(plain.shown);
	return choice;
}
