/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dashboard.h"

#include <errno.h>
#include <stdint.h>

#include "i18n.h"
#include "layout.h"
#include "paint.h"
#include "picture.h"
#include "plain.h"
#include "safe_text.h"
#include "screen.h"
#include "status.h"
#include "theme.h"
#include "util.h"
#include "wrap.h"

#define TITLE_GAPS	4  /* cells around product and hostname */
#define KEY_GAP_COLUMNS 60 /* on fewer, keys stand closer to each other */
#define HOST_COLUMNS	16 /* of the hostname are kept free, if it has so many */

/* What a key is offered on: consoles by what the vendor lets "Log in" be, and other terminals. */
enum {
	ON_LOGIN = 1,
	ON_RESCUE = 2,
	ON_CLOSED = 4,
	ON_TERMINAL = 8,
	ANYWHERE = ON_LOGIN | ON_RESCUE | ON_CLOSED | ON_TERMINAL
};

/* The keys: function key and twin, and the words at the bottom of the screen. */
static const struct key {
	int function, twin; /* function 0: the twin alone */
	int where;
	const safe_char *name, *text;
	enum dashboard_choice choice;
} keys[] = {
	{ KEY_F(2), '2', ANYWHERE, OURS("F2/2"), N_("Settings"), DASHBOARD_SETTINGS },
	{ KEY_F(5), '5', ANYWHERE, OURS("F5/5"), N_("Details"), DASHBOARD_DETAILS },
	{ KEY_F(8), '8', ON_LOGIN, OURS("F8/8"), N_("Log in"), DASHBOARD_LOGIN },
	{ KEY_F(8), '8', ON_RESCUE, OURS("F8/8"), N_("Rescue"), DASHBOARD_RESCUE },
	{ KEY_F(10), '0', ANYWHERE, OURS("F10/0"), N_("Restart or power off"), DASHBOARD_POWER },
	{ 0, 'q', ON_TERMINAL, OURS("q"), N_("Quit"), DASHBOARD_QUIT },
};

struct dashboard {
	struct app *app;
	struct status_line *shown; /* owned */
	size_t n_shown;
	struct picture picture;
};

/* Is this key offered here? */
static bool is_offered(const struct app *app, const struct key *key)
{
	static const int consoles[] = {
		[SHELL_LOGIN] = ON_LOGIN,
		[SHELL_RESTRICTED] = ON_RESCUE,
		[SHELL_OFF] = ON_CLOSED,
	};

	return key->where & (app->console ? consoles[app->conf.shell] : ON_TERMINAL);
}

/* The cells of a key with its words. */
static int key_width(const struct key *key)
{
	const safe_char *text = translate(key->text);

	return (int)safe_length(key->name) + 1 + wrap_columns(text, safe_length(text));
}

/* Walk over the keys as they stand on the bottom rows, drawing them from row y on (negative: only
 * count). Returns the number of rows. */
static int place_keys(const struct app *app, int y)
{
	int x = 1, rows = 1, gap = COLS < KEY_GAP_COLUMNS ? 2 : 3;

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++) {
		int width = key_width(&keys[i]);

		if (!is_offered(app, &keys[i]))
			continue;
		if (x > 1 && x + width > COLS) {
			x = 1;
			rows++;
		}
		if (y >= 0) {
			attron(A_BOLD);
			draw_string(y + rows - 1, x, keys[i].name);
			attrset(theme_text());
			draw_string(y + rows - 1, x + (int)safe_length(keys[i].name) + 1,
				translate(keys[i].text));
		}
		x += width + gap;
	}
	return rows;
}

/* The first row: product to the left, hostname to the right, without its domain or cut where there
 * is no room for both. */
static void draw_title(const struct status_line *title)
{
	int text = wrap_columns(title->text, safe_length(title->text)), room;
	struct safe_str host = safe_cut(title->label, 0), product;
	int width = wrap_columns(host.text, safe_length(host.text));

	if (text + width + TITLE_GAPS > COLS) {
		host.text[safe_until(host.text, ".")] = '\0';
		width = wrap_columns(host.text, safe_length(host.text));
	}
	product = safe_cut(
		title->text, COLS - TITLE_GAPS - (width < HOST_COLUMNS ? width : HOST_COLUMNS));
	room = COLS - TITLE_GAPS - wrap_columns(product.text, safe_length(product.text));
	host = safe_cut(host.text, room);
	draw_bar(product.text, host.text);
}

/* A row with its label. */
static void draw_row(const struct layout_row *row, int y)
{
	if (*row->label)
		draw_string(y, LAYOUT_INDENT, row->label);
	if (row->url)
		attron(A_BOLD);
	draw_text(stdscr, y, row->x, row->text,
		wrap_fit(row->text, safe_length(row->text), COLS - row->x));
	if (row->url)
		attrset(theme_text());
}

/* The rows of one kind; URLs come after all others, so that nothing can stand on one. */
static void draw_rows(const struct layout *layout, bool urls)
{
	for (size_t i = 0; i < layout->n; i++)
		if (layout->rows[i].url == urls)
			draw_row(&layout->rows[i], (int)i + 1);
}

/* Whatever was drawn before: the cells of a URL hold the URL, or the row holds nothing else. */
static void keep_urls(const struct layout *layout)
{
	for (size_t i = 0; i < layout->n; i++) {
		const struct layout_row *row = &layout->rows[i];

		if (!row->url || draw_holds((int)i + 1, row->x, row->text))
			continue;
		draw_blanks(stdscr, (int)i + 1, 0, COLS);
		draw_row(row, (int)i + 1);
	}
}

/* Draw everything; curses sends only what differs from what is on the terminal. */
static void draw(const struct dashboard *dashboard)
{
	const struct qr *code;
	struct layout layout;
	int key_rows = place_keys(dashboard->app, -1);
	bool rule = LINES >= 20;

	if (screen_too_small())
		return;
	if (picture_layout(&dashboard->picture, dashboard->shown, dashboard->n_shown, COLS,
		    LINES - 1 - key_rows - rule, &layout, &code) < 0)
		return;
	erase();
	for (size_t i = 0; i < dashboard->n_shown; i++)
		if (dashboard->shown[i].kind == STATUS_TITLE)
			draw_title(&dashboard->shown[i]);
	draw_rows(&layout, false);
	if (code)
		qr_draw(code, dashboard->picture.pen, layout.box.y + 1, layout.box.x);
	if (rule)
		draw_rule(LINES - key_rows - 1);
	place_keys(dashboard->app, LINES - key_rows);
	draw_rows(&layout, true);
	keep_urls(&layout);
	move(LINES - 1, 0);
	refresh();
	layout_done(&layout);
}

/* Take in what is true now, and draw it where it is not what is shown. */
static void update(void *userdata)
{
	struct dashboard *dashboard = userdata;
	struct status_line *lines;
	size_t n;

	if (status_build(dashboard->app, &lines, &n) < 0)
		return;
	if (status_equal(lines, n, dashboard->shown, dashboard->n_shown)) {
		free(lines);
		return;
	}
	free(dashboard->shown);
	dashboard->shown = lines;
	dashboard->n_shown = n;
	picture_update(&dashboard->picture, lines, n);
	draw(dashboard);
}

/* From now on, with a picture: the first screen does not wait for one. */
static void start_picture(struct dashboard *dashboard)
{
	if (!dashboard->app->conf.console_qr)
		return;
	dashboard->picture.pen = qr_find_pen();
	/* Whatever is shown now, it is without one. */
	dashboard->n_shown = 0;
}

/* Must the wizard open by itself? */
static bool wizard_is_due(const struct app *app)
{
	return app->unclaimed && !app->wizard_offered;
}

/* Something has changed below. What the wizard is about to cover is not drawn: a slow line would
 * have to send it first. */
static void on_change(struct app *app, void *userdata)
{
	bool due = wizard_is_due(app);

	paint_soon(due ? NULL : update, userdata);
	if (due)
		screen_wake();
}

/* The choice that a key makes; false for none. */
static bool key_choice(const struct app *app, int pressed, enum dashboard_choice *ret)
{
	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (is_offered(app, &keys[i]) &&
			(pressed == keys[i].twin ||
				(keys[i].function && pressed == keys[i].function))) {
			*ret = keys[i].choice;
			return true;
		}
	return false;
}

/* Wait for a key that chooses something. */
static enum dashboard_choice wait_choice(struct dashboard *dashboard)
{
	enum dashboard_choice choice;

	for (;;) {
		int key;

		if (wizard_is_due(dashboard->app)) {
			dashboard->app->wizard_offered = true;
			return DASHBOARD_UNCLAIMED;
		}
		key = screen_get_key();
		if (key == -ECANCELED && screen_ended())
			return DASHBOARD_QUIT;
		if (key >= 0)
			app_look_again(dashboard->app);
		if (key == KEY_RESIZE)
			draw(dashboard);
		else if (key >= 0 && key_choice(dashboard->app, key, &choice))
			return choice;
	}
}

enum dashboard_choice dashboard_run(struct app *app)
{
	struct dashboard dashboard = { .app = app };
	enum dashboard_choice choice;

	if (screen_is_plain())
		return plain_run(app);
	curs_set(0);
	update(&dashboard);
	app_on_change(app, on_change, &dashboard);
	if (app->finished)
		(void)app_ask_state(app);
	else
		app->trouble = app_finish_init(app);
	start_picture(&dashboard);
	update(&dashboard);
	choice = wait_choice(&dashboard);
	app_on_change(app, NULL, NULL);
	paint_soon(NULL, NULL);
	curs_set(1);
	free(dashboard.shown);
	return choice;
}
