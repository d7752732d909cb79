/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "screens.h"

#include <errno.h>
#include <wchar.h>

#include "actions.h"
#include "box.h"
#include "edit_lock.h"
#include "outcome.h"
#include "product.h"
#include "qr.h"
#include "screen.h"
#include "settings_pages.h"
#include "step_def.h"
#include "syscall_filter.h"
#include "terminal.h"
#include "wizard.h"

/* Emergency, whatever comes of it. */
static void run_emergency(struct app *app)
{
	(void)page_emergency_run(app);
}

/* The pages; run NULL: one of the wizard's. */
static const struct {
	const char *name;
	void (*run)(struct app *app);
} pages[] = {
	{ "network", NULL },
	{ "hostname", NULL },
	{ "password", NULL },
	{ "ssh-keys", NULL },
	{ "time", page_time_run },
	{ "keyboard", page_keyboard_run },
	{ "history", page_history_run },
	{ "dhcp", page_dhcp_run },
	{ "emergency", run_emergency },
	{ "copy", page_clone_run },
};

/* One of ours by its name; ARRAY_SIZE(pages): there is none. */
static size_t find_page(const char *name)
{
	size_t i = 0;

	while (i < ARRAY_SIZE(pages) && !streq(name, pages[i].name))
		i++;
	return i;
}

/* Has the vendor a step of this name? */
static bool is_step(const char *name)
{
	struct step_defs steps;
	bool found;

	if (step_defs_load("", "", NULL, NULL, &steps) < 0)
		return false;
	found = step_defs_find(&steps, name);
	step_defs_done(&steps);
	return found;
}

bool screens_have_page(const char *name)
{
	return find_page(name) < ARRAY_SIZE(pages) || is_step(name);
}

void screens_list_pages(safe_char *ret, size_t size)
{
	size_t used = 0;

	*ret = '\0';
	for (size_t i = 0; i < ARRAY_SIZE(pages) && used < size; i++)
		used += (size_t)safe_format(ret + used, size - used, "%s%s",
			i ? OURS(", ") : OURS(""), safe_text(pages[i].name, 0).text);
}

/* Is a page among those that were named? */
static bool is_named(const struct options *options, const char *name)
{
	for (size_t i = 0; i < options->n_words; i++)
		if (streq(options->words[i], name))
			return true;
	return false;
}

/* The wizard's pages of those that were named, ours before the vendor's, as a NULL-terminated list;
 * how many. */
static size_t list_wizard_pages(
	const struct options *options, const char *ret[static OPTIONS_WORDS_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		if (!pages[i].run && is_named(options, pages[i].name))
			ret[n++] = pages[i].name;
	for (size_t i = 0; i < options->n_words; i++)
		if (find_page(options->words[i]) == ARRAY_SIZE(pages))
			ret[n++] = options->words[i];
	ret[n] = NULL;
	return n;
}

/* The pages that are asked for, one after the other. */
static enum exit_status run_pages(struct app *app, const struct options *options)
{
	_cleanup_(wizard_done) struct wizard wizard = { 0 };
	const char *names[OPTIONS_WORDS_MAX + 1];
	size_t n = list_wizard_pages(options, names);
	bool with_wizard = n > 0 || options->n_words == 0;

	/* The wizard of the first boot takes the edit lock itself. */
	if (!(app->unclaimed && with_wizard) && !edit_lock_take(app))
		return EXIT_FAILED;
	if (with_wizard)
		(void)wizard_run(&wizard, app, app->unclaimed, n > 0 ? names : NULL);
	for (size_t i = 0; i < ARRAY_SIZE(pages); i++)
		if (pages[i].run && is_named(options, pages[i].name))
			pages[i].run(app);
	edit_lock_drop(app);
	return EXIT_DONE;
}

/* The pages, where firstbootd lets them be opened; it says itself why not. */
static enum exit_status reconfigure(struct app *app, const struct options *options)
{
	if (actions_permit(app))
		return run_pages(app, options);
	return app->state_known ? EXIT_NOT_PERMITTED : EXIT_NO_SERVICE;
}

/* Take the terminal and show the start screen, or the pages that are asked for. */
static int show(struct app *app, const struct options *options, enum exit_status *ret)
{
	bool pages_wanted = options->mode == MODE_RECONFIGURE;
	int r = terminal_start(app->event, &app->conf, options->plain);

	if (r < 0)
		return r;
	if (!pages_wanted) {
		actions_run(app);
	} else {
		box_product(product_title(&app->conf).text);
		r = app_finish_init(app);
		if (r >= 0)
			*ret = reconfigure(app, options);
	}
	screen_stop();
	return r;
}

/* The screens of the console keep its rules here, too. What loads code comes before: the library of
 * the QR code, and the conversion of characters where the locale has a set of its own. */
static int enter_filter(void)
{
	qr_load();
	(void)btowc('a');
	return syscall_filter_enter(SYSCALL_FILTER_CONSOLE);
}

/* Say what keeps the screens from being shown. */
static int tell_error(int r)
{
	struct outcome outcome = { 0 };

	outcome_set(&outcome, EXIT_FAILED, _("The start screen could not be shown: %s."),
		safe_text(strerror(-r), 0).text);
	outcome_complain(outcome.text);
	return outcome.status;
}

/* Is there a terminal, and somebody who may use it? */
static enum exit_status admit(const struct options *options)
{
	bool pages_wanted = options->mode == MODE_RECONFIGURE;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
		outcome_complain(
			pages_wanted
				? _("--reconfigure needs a terminal to ask on, or answers: "
				    "--answers, --set.")
				: _("The start screen needs a terminal; --status prints what it "
				    "says."));
		return EXIT_USAGE;
	}
	if (pages_wanted && geteuid() != 0) {
		outcome_complain(_("Only root may change settings: run it with sudo, or on the "
				   "console."));
		return EXIT_NOT_PERMITTED;
	}
	return EXIT_DONE;
}

int screens_run(const struct options *options)
{
	enum exit_status status = admit(options);
	struct app app;
	int r;

	if (status != EXIT_DONE)
		return status;
	r = enter_filter();
	if (r < 0)
		return tell_error(r);
	r = app_init(&app);
	if (r >= 0)
		r = show(&app, options, &status);
	app_done(&app);
	return r < 0 ? tell_error(r) : (int)status;
}
