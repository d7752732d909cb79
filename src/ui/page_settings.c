/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "settings_pages.h"

#include "catalog.h"
#include "i18n.h"
#include "reply.h"
#include "screen.h"
#include "util.h"

#define LETTERS 26 /* that are keys of the vendor's steps */

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

static void run_ssh_keys(struct settings *settings, struct app *app)
{
	run_wizard(&settings->ssh_keys, app, "ssh-keys");
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
	{ OURS("0"), N_("SSH key of root"), run_ssh_keys, false },
};

/* The menu: ours, then the vendor's steps. */
struct menu {
	const struct item *items[ARRAY_SIZE(items)];
	struct step_defs steps;
	size_t n_items;
	struct choice choices[ARRAY_SIZE(items) + STEPS_MAX];
	safe_char keys[STEPS_MAX][2];
	struct safe_str titles[STEPS_MAX];
};

/* Put it together, for the machine as it is now. */
static void fill(const struct app *app, struct menu *menu)
{
	step_defs_done(&menu->steps);
	*menu = (struct menu){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(items); i++) {
		if (items[i].copy_only && !app->copy)
			continue;
		menu->choices[menu->n_items] =
			(struct choice){ items[i].key, translate(items[i].text) };
		menu->items[menu->n_items++] = &items[i];
	}
	if (step_defs_load("", catalog_language(), NULL, NULL, &menu->steps) < 0)
		menu->steps.n = 0;
	for (size_t i = 0; i < menu->steps.n; i++) {
		menu->keys[i][0] = (safe_char)(i < LETTERS ? 'a' + (int)i : ' ');
		menu->titles[i] = safe_text(menu->steps.all[i].title, 0);
		menu->choices[menu->n_items + i] =
			(struct choice){ menu->keys[i], menu->titles[i].text };
	}
}

/* Choose one. False: the customer leaves. */
static bool choose(const struct app *app, struct menu *menu, size_t *selected)
{
	enum answer answer;

	fill(app, menu);
	do
		answer = dialogs_menu(_(" Settings "), _("What shall be changed?"), menu->choices,
			menu->n_items + menu->steps.n, _("OK"), NULL, selected);
	while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT && *selected < menu->n_items + menu->steps.n;
}

void page_settings_run(struct settings *settings, struct app *app)
{
	struct menu *menu = calloc(1, sizeof(*menu));
	size_t selected = 0;

	while (menu && !screen_ended() && choose(app, menu, &selected)) {
		if (selected < menu->n_items)
			menu->items[selected]->run(settings, app);
		else
			run_wizard(&settings->steps, app,
				menu->steps.all[selected - menu->n_items].name);
	}
	if (menu)
		step_defs_done(&menu->steps);
	free(menu);
}

void settings_done(struct settings *settings)
{
	wizard_done(&settings->network);
	wizard_done(&settings->hostname);
	wizard_done(&settings->password);
	wizard_done(&settings->ssh_keys);
	wizard_done(&settings->steps);
}
