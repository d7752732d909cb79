/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "page_rescue.h"

#include "edit_lock.h"
#include "i18n.h"
#include "page_details.h"
#include "page_power.h"
#include "page_tests.h"
#include "report.h"
#include "screen.h"
#include "util.h"

static void show_details(struct settings *settings, struct app *app)
{
	page_details_run(app);
}

static void show_journal(struct settings *settings, struct app *app)
{
	page_journal_run(app);
}

static void run_tests(struct settings *settings, struct app *app)
{
	page_tests_run(app);
}

static void write_report(struct settings *settings, struct app *app)
{
	page_report_run(app);
}

static void reset_network(struct settings *settings, struct app *app)
{
	if (!edit_lock_take(app))
		return;
	(void)page_emergency_run(app);
	edit_lock_drop(app);
}

static void change_password(struct settings *settings, struct app *app)
{
	const char *names[] = { "password", NULL };

	if (!edit_lock_take(app))
		return;
	wizard_run(&settings->password, app, false, names);
	edit_lock_drop(app);
}

static void shut_down(struct settings *settings, struct app *app)
{
	page_power_run(app);
}

static const struct item {
	const safe_char *key, *text;
	void (*run)(struct settings *settings, struct app *app);
	bool unit_only;
} items[] = {
	{ OURS("1"), N_("Addresses and details"), show_details, false },
	{ OURS("2"), N_("Journal of the web interface"), show_journal, true },
	{ OURS("3"), N_("Tests: ping and others"), run_tests, false },
	{ OURS("4"), N_("Support report"), write_report, false },
	{ OURS("5"), N_("Emergency: automatic addresses"), reset_network, false },
	{ OURS("6"), N_("Root's password"), change_password, false },
	{ OURS("7"), N_("Restart or power off"), shut_down, false },
};

/* Choose one. NULL: the customer leaves. */
static const struct item *choose(const struct app *app, size_t *selected)
{
	const struct item *offered[ARRAY_SIZE(items)];
	struct choice choices[ARRAY_SIZE(items)];
	enum answer answer;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		if (items[i].unit_only && !*app->conf.web_unit)
			continue;
		offered[n] = &items[i];
		choices[n++] = (struct choice){ items[i].key, translate(items[i].text) };
	}
	do
		answer = dialogs_menu(
			_(" Rescue "), _("What is wanted?"), choices, n, _("OK"), NULL, selected);
	while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT && *selected < n ? offered[*selected] : NULL;
}

void page_rescue_run(struct settings *settings, struct app *app)
{
	const struct item *item;
	size_t selected = 0;

	while (!screen_ended() && (item = choose(app, &selected)))
		item->run(settings, app);
}
