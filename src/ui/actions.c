/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define NCURSES_WIDECHAR 1
#include "actions.h"

#include <curses.h>
#include <errno.h>

#include "dashboard.h"
#include "dialogs.h"
#include "edit_lock.h"
#include "i18n.h"
#include "page_details.h"
#include "page_power.h"
#include "password_field.h"
#include "reply.h"
#include "screen.h"
#include "secret.h"
#include "settings_pages.h"
#include "util.h"
#include "wizard.h"

/* Show what firstbootd says, to somebody who may have typed ahead. */
static void show_reply(const char *title, const struct reply *reply)
{
	screen_flush_input();
	dialogs_message(title, reply->text);
}

/* One try with what was typed. */
static void authenticate(struct app *app, const struct secret *secret, struct reply *reply)
{
	*reply = (struct reply){ 0 };
	reply_wait_sentence(reply,
		app->client ? client_authenticate(app->client, secret, reply_keep, reply)
			    : -ENOTCONN,
		_("Checking the password"));
}

/* Ask for root's password until it is right or the customer goes back. */
static bool ask_password(struct app *app, struct secret *secret)
{
	const char *title = _("Root's password");
	struct reply reply = { 0 };

	for (;;) {
		enum answer answer;

		screen_flush_input();
		answer = password_ask(title,
			_("This appliance has been set up. Changes need the password of \"root\"."),
			*reply.text ? reply.text : NULL, secret, NULL);
		if (answer == ANSWER_WOKEN)
			continue;
		if (answer != ANSWER_NEXT)
			return false;
		authenticate(app, secret, &reply);
		secret_clear(secret);
		if (reply.outcome == CLIENT_OK)
			return true;
		if (reply.outcome != CLIENT_WRONG_PASSWORD && reply.outcome != CLIENT_TOO_SOON) {
			show_reply(title, &reply);
			return false;
		}
	}
}

/* Show root's password to firstbootd. False: it was not given, or not taken. */
static bool prove_root(struct app *app)
{
	struct secret secret;
	bool ok;

	if (secret_init(&secret) < 0)
		return false;
	ok = ask_password(app, &secret);
	secret_done(&secret);
	return ok;
}

/* firstbootd's state as it is now, into app and reply. */
static void fetch_state(struct app *app, struct reply *reply)
{
	int r = app_ask_state(app);

	*reply = (struct reply){ 0 };
	if (r >= 0)
		r = client_get_state(app->client, reply_keep, reply);
	reply_wait_sentence(reply, r, _("Asking the settings service"));
}

bool actions_permit(struct app *app)
{
	struct reply state;

	fetch_state(app, &state);
	if (state.outcome != CLIENT_OK) {
		show_reply(_("Settings"), &state);
		return false;
	}
	return state.unclaimed || state.authenticated || prove_root(app);
}

/* The wizard, whose first page takes the edit lock. */
static void run_wizard(struct app *app, struct wizard *wizard)
{
	wizard_run(wizard, app, true, NULL);
	edit_lock_drop(app);
}

/* All pages where the appliance is nobody's yet, else those that are asked for. */
static void change_settings(struct app *app, struct wizard *wizard, struct settings *settings)
{
	if (!actions_permit(app))
		return;
	if (app->unclaimed) {
		run_wizard(app, wizard);
	} else if (edit_lock_take(app)) {
		page_settings_run(settings, app);
		edit_lock_drop(app);
	}
}

/* Have the next session on this terminal be root's. */
static bool request_login(struct app *app)
{
	struct reply reply = { 0 };

	reply_wait_sentence(&reply,
		app_ask_state(app) < 0 ? -ENOTCONN
				       : client_request_login(app->client, reply_keep, &reply),
		_("Asking for a login"));
	if (reply.outcome == CLIENT_OK)
		return true;
	show_reply(_("Log in"), &reply);
	return false;
}

/* Ctrl-L: ask again, too. */
static void look_again(void *userdata)
{
	app_look_again(userdata);
}

void actions_run(struct app *app)
{
	_cleanup_(wizard_done) struct wizard wizard = { 0 };
	_cleanup_(settings_done) struct settings settings = { 0 };

	box_product(app_product(app).text);
	screen_on_again(look_again, app);
	while (!screen_ended()) {
		switch (dashboard_run(app)) {
		case DASHBOARD_SETTINGS:
			change_settings(app, &wizard, &settings);
			break;
		case DASHBOARD_DETAILS:
			page_details_run(app);
			break;
		case DASHBOARD_UNCLAIMED:
			run_wizard(app, &wizard);
			break;
		case DASHBOARD_LOGIN:
			if (request_login(app))
				return;
			break;
		case DASHBOARD_POWER:
			page_power_run(app);
			break;
		case DASHBOARD_QUIT:
			return;
		}
	}
}
