/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A copy of a machine shares what should be its own: its identity for DHCP servers and programs,
 * and the keys that ssh knows it by. */

#include <errno.h>

#include "actions.h"
#include "clone.h"
#include "form.h"
#include "i18n.h"
#include "page_power.h"
#include "reply.h"
#include "screen.h"
#include "settings_pages.h"
#include "util.h"

static const struct renewal {
	enum clone_renewal what;
	const safe_char *key, *text;
} renewals[] = {
	{ CLONE_MACHINE_ID, OURS("1"), N_("New machine-id and DHCP identity") },
	{ CLONE_SSH_KEYS, OURS("2"), N_("New SSH host keys") },
};

/* Tell firstbootd; 0: it is no copy. */
static bool renew(struct app *app, uint32_t what)
{
	struct reply reply = { 0 };

	do {
		reply = (struct reply){ 0 };
		reply_wait_sentence(&reply,
			app->client ? client_renew_identity(app->client, what, reply_keep, &reply)
				    : -ENOTCONN,
			what ? _("Making a new identity") : _("Noting that this is no copy"));
	} while (reply.outcome == CLIENT_NOT_PERMITTED && actions_permit(app));
	if (reply.outcome == CLIENT_OK)
		return true;
	screen_flush_input();
	dialogs_message(_(" Copy "), reply.text);
	return false;
}

/* What was done, and that it is in force after a restart. */
static void offer_restart(struct app *app, uint32_t what)
{
	enum answer answer;

	screen_flush_input();
	if (!(what & CLONE_MACHINE_ID)) {
		dialogs_message(_(" Copy "),
			_("New SSH host keys are made. Whoever logs in by ssh is asked once "
			  "whether to trust them."));
		return;
	}
	do
		answer = dialogs_confirm(_(" Copy "),
			_("The new identity is made. This machine uses it from its next start on; "
			  "its automatic addresses may be other ones then. Restart now?"),
			_("Restart now"), _("Later"), true);
	while (answer == ANSWER_WOKEN);
	if (answer == ANSWER_NEXT)
		page_power_restart(app);
}

/* Why it looks so, and what that means. ANSWER_EXTRA: it is no copy. */
static enum answer explain(const safe_char *why)
{
	safe_char text[900];
	struct form form = {
		.title = _(" Copy "),
		.text = text,
		.buttons = { _("Renew..."), _("Back"), _("No copy") },
	};
	enum answer answer;

	(void)safe_format(text, sizeof(text),
		_("This machine looks like a copy of another one: it has %s.\n\nTwo machines with "
		  "one identity get in each other's way: DHCP servers give them the same address, "
		  "and ssh cannot tell them apart.\n\n\"Renew\" gives this one an identity of its "
		  "own. \"No copy\" keeps everything, for a machine that was only moved or got "
		  "another card."),
		why);
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	return answer;
}

/* What shall be renewed; 0: nothing. */
static uint32_t ask_what(void)
{
	struct choice choices[ARRAY_SIZE(renewals)];
	bool ticked[ARRAY_SIZE(renewals)] = { true, true };
	uint32_t what = 0;
	enum answer answer;

	for (size_t i = 0; i < ARRAY_SIZE(renewals); i++)
		choices[i] = (struct choice){ renewals[i].key, translate(renewals[i].text) };
	do
		answer = dialogs_checklist(_(" Copy "),
			_("What shall be new? The space bar ticks; Enter makes it so."), choices,
			ARRAY_SIZE(renewals), _("Renew"), ticked);
	while (answer == ANSWER_WOKEN);
	for (size_t i = 0; i < ARRAY_SIZE(renewals) && answer == ANSWER_NEXT; i++)
		what |= ticked[i] ? (uint32_t)renewals[i].what : 0;
	return what;
}

/* Ask firstbootd whether it is one, and why. */
static bool fetch(struct app *app, struct reply *reply)
{
	*reply = (struct reply){ 0 };
	reply_wait_sentence(reply,
		app->client ? client_get_identity(app->client, reply_keep, reply) : -ENOTCONN,
		_("Asking the settings service"));
	if (reply->outcome == CLIENT_OK && reply->copy)
		return true;
	screen_flush_input();
	dialogs_message(_(" Copy "),
		reply->outcome == CLIENT_OK
			? _("This machine does not look like a copy: its hardware is the one that "
			    "it was first started on.")
			: reply->text);
	return false;
}

void page_clone_run(struct app *app)
{
	struct reply reply;
	uint32_t what = 0;

	if (!fetch(app, &reply))
		return;
	screen_flush_input();
	switch (explain(reply.text)) {
	case ANSWER_NEXT:
		what = ask_what();
		if (what == 0)
			return;
		break;
	case ANSWER_EXTRA:
		break;
	case ANSWER_BACK:
	case ANSWER_WOKEN:
		return;
	}
	if (!renew(app, what))
		return;
	app->copy = false;
	if (what != 0)
		offer_restart(app, what);
}
