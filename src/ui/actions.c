/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "actions.h"

#include <errno.h>

#include "dashboard.h"
#include "dialogs.h"
#include "edit_lock.h"
#include "i18n.h"
#include "lock.h"
#include "page_details.h"
#include "page_power.h"
#include "page_rescue.h"
#include "password_field.h"
#include "product.h"
#include "reply.h"
#include "screen.h"
#include "secret.h"
#include "settings_pages.h"
#include "terminal.h"
#include "util.h"
#include "wizard.h"

/* Root's login is asked for: there is nothing left to do here. */
static bool handed_over;

/* Show what firstbootd says, to somebody who may have typed ahead. */
static void show_reply(const safe_char *title, const struct reply *reply)
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
	const safe_char *title = _("Root's password");
	struct reply reply = { 0 };

	for (;;) {
		enum answer answer;

		screen_flush_input();
		answer = password_ask(title,
			_("This appliance has been set up. Changes need the password of \"root\"."),
			*reply.text ? reply.text : NULL, secret, NULL);
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
	lock_begin(app);
	ok = ask_password(app, &secret);
	if (ok)
		lock_opened();
	secret_done(&secret);
	return ok;
}

/* Have the next session on this terminal be root's: everything unwinds, and the program ends. */
static void request_login(struct app *app)
{
	struct reply reply = { 0 };

	reply_wait_sentence(&reply,
		app_ask_state(app) < 0 ? -ENOTCONN
				       : client_request_login(app->client, reply_keep, &reply),
		_("Asking for a login"));
	if (reply.outcome == CLIENT_OK) {
		handed_over = true;
		screen_lead_back();
		return;
	}
	show_reply(_("Log in"), &reply);
}

/* Where the vendor wants the password typed at the login's prompt alone: say so, and lead there. */
static void offer_login(struct app *app)
{
	enum answer answer;

	screen_flush_input();
	do
		answer = dialogs_confirm(_(" Settings "),
			_("On this appliance the start screen does not ask for root's password. "
			  "Log "
			  "in as \"root\", and type there:\n\n    firstboot --reconfigure"),
			_("Log in"), _("Back"), false);
	while (answer == ANSWER_WOKEN);
	if (answer == ANSWER_NEXT)
		request_login(app);
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
	if (state.unclaimed || state.authenticated)
		return true;
	if (app->console && app->conf.authentication == AUTHENTICATION_LOGIN) {
		offer_login(app);
		return false;
	}
	return prove_root(app);
}

/* The wizard, whose first page takes the edit lock. */
static void run_wizard(struct app *app, struct wizard *wizard)
{
	app_on_claim(app, wizard_claimed, wizard);
	wizard_run(wizard, app, true, NULL);
	app_on_claim(app, NULL, NULL);
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

/* What stands in for a login, behind the same password. */
static void rescue(struct app *app, struct settings *settings)
{
	if (actions_permit(app))
		page_rescue_run(settings, app);
}

/* Why the customer was led here, where somebody is there to be told; NULL: nobody is, or no need.
 * Who had not left the wizard's first page has typed nothing, or is not there at all. */
static const safe_char *say_why(const struct wizard *wizard, enum lock_why why)
{
	if (wizard->overtaken && !wizard->editing)
		return NULL;
	if (wizard->overtaken)
		return _("This appliance has an owner now: root was given a password or an SSH key "
			 "in another way while this was open. What was filled in here and not "
			 "applied yet is forgotten and has changed nothing. Changes need root's "
			 "password from now on.");
	return why == LOCK_TIME ? lock_sentence() : NULL;
}

/* The start screen is there again. Where it was locked, or there is an owner, what was typed is
 * forgotten. */
static void come_back(struct wizard *wizard, struct settings *settings)
{
	enum lock_why why = lock_leave_pages();
	const safe_char *sentence = say_why(wizard, why);

	if ((why == LOCK_NOT && !wizard->overtaken) || handed_over)
		return;
	wizard_done(wizard);
	settings_done(settings);
	screen_flush_input();
	if (sentence)
		dialogs_message(_(" Settings "), sentence);
}

/* Ctrl-L: ask everybody again, too. */
static void look_again(void *userdata)
{
	terminal_look_again();
	app_look_again(userdata);
}

/* Do what is chosen, again and again. */
static void act(struct app *app, struct wizard *wizard, struct settings *settings)
{
	while (!screen_ended() && !handed_over) {
		enum dashboard_choice choice = dashboard_run(app);

		lock_enter_pages();
		switch (choice) {
		case DASHBOARD_SETTINGS:
			change_settings(app, wizard, settings);
			break;
		case DASHBOARD_DETAILS:
			if (app_shows_details(app) || actions_permit(app))
				page_details_run(app);
			break;
		case DASHBOARD_UNCLAIMED:
			run_wizard(app, wizard);
			break;
		case DASHBOARD_LOGIN:
			request_login(app);
			break;
		case DASHBOARD_RESCUE:
			rescue(app, settings);
			break;
		case DASHBOARD_POWER:
			page_power_run(app);
			break;
		case DASHBOARD_QUIT:
			return;
		}
		come_back(wizard, settings);
	}
}

void actions_run(struct app *app)
{
	/* Large, and seldom needed: on the stack they would take memory at once. */
	static struct wizard wizard;
	static struct settings settings;

	box_product(product_title(&app->conf).text);
	screen_on_again(look_again, app);
	act(app, &wizard, &settings);
	wizard_done(&wizard);
	settings_done(&settings);
}
