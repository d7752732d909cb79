/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings_pages.h"

#include "i18n.h"
#include "reply.h"
#include "screen.h"
#include "util.h"

/* Run the wizard with one of its pages. */
static void run_wizard(struct wizard *wizard, struct app *app, const char *name)
{
	const char *names[] = { name, NULL };

	wizard_run(wizard, app, false, names);
}

static void run_network(struct settings *settings, struct app *app)
{
	run_wizard(&settings->network, app, "network");
}

static void run_hostname(struct settings *settings, struct app *app)
{
	run_wizard(&settings->hostname, app, "hostname");
}

static void run_password(struct settings *settings, struct app *app)
{
	run_wizard(&settings->password, app, "password");
}

static void run_history(struct settings *settings, struct app *app)
{
	page_history_run(app);
}

static void run_dhcp(struct settings *settings, struct app *app)
{
	page_dhcp_run(app);
}

static void run_time(struct settings *settings, struct app *app)
{
	page_time_run(app);
}

static void run_keyboard(struct settings *settings, struct app *app)
{
	page_keyboard_run(app);
}

static void run_emergency(struct settings *settings, struct app *app)
{
	(void)page_emergency_run(app);
}

static void run_clone(struct settings *settings, struct app *app)
{
	page_clone_run(app);
}

static const struct item {
	const safe_char *key, *text;
	void (*run)(struct settings *settings, struct app *app);
	bool copy_only;
} items[] = {
	{ OURS("1"), N_("Network and its addresses"), run_network, false },
	{ OURS("2"), N_("Hostname"), run_hostname, false },
	{ OURS("3"), N_("Root's password"), run_password, false },
	{ OURS("4"), N_("History of network settings"), run_history, false },
	{ OURS("5"), N_("DHCP identity"), run_dhcp, false },
	{ OURS("6"), N_("Emergency: automatic addresses"), run_emergency, false },
	{ OURS("7"), N_("Time zone"), run_time, false },
	{ OURS("8"), N_("Keyboard layout"), run_keyboard, false },
	{ OURS("9"), N_("This looks like a copy"), run_clone, true },
};

/* Choose one. False: the customer leaves. */
static bool choose(const struct app *app, size_t *selected)
{
	struct choice choices[ARRAY_SIZE(items)];
	size_t n = 0;
	enum answer answer;

	for (size_t i = 0; i < ARRAY_SIZE(items); i++)
		if (!items[i].copy_only || app->copy)
			choices[n++] = (struct choice){ items[i].key, translate(items[i].text) };
	do
		answer = dialogs_menu(_(" Settings "), _("What shall be changed?"), choices, n,
			_("OK"), NULL, selected);
	while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT && *selected < n;
}

void page_settings_run(struct settings *settings, struct app *app)
{
	size_t selected = 0;

	while (!screen_ended() && choose(app, &selected))
		items[selected].run(settings, app);
}

void settings_done(struct settings *settings)
{
	wizard_done(&settings->network);
	wizard_done(&settings->hostname);
	wizard_done(&settings->password);
}
