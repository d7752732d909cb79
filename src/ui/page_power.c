/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "page_power.h"

#include <errno.h>

#include "actions.h"
#include "dialogs.h"
#include "i18n.h"
#include "reply.h"
#include "screen.h"
#include "util.h"

const struct power_way power_ways[POWER_WAYS] = {
	{
		"reboot",
		N_("Restart"),
		N_("Restart the appliance? It cannot be reached for a minute or so."),
	},
	{ "poweroff", N_("Power off"),
		N_("Power off the appliance? It stays off until it is switched on again from "
		   "outside.") },
};

/* Ask, where reasons (or "") are against it; the cursor is on Back. */
static bool is_sure(const struct power_way *way, const safe_char *reasons, bool blocked)
{
	safe_char text[900];
	enum answer answer;

	(void)safe_format(text, sizeof(text), *reasons ? "%s\n\n%s" : "%s",
		translate(way->question), reasons);
	screen_flush_input();
	do
		answer = dialogs_confirm(translate(way->title), text,
			blocked ? _("Do it anyway") : translate(way->title), _("Back"), true);
	while (answer == ANSWER_WOKEN);
	return answer == ANSWER_NEXT;
}

/* Have firstbootd do it once. */
static void order(struct app *app, const struct power_way *way, bool force, struct reply *reply)
{
	*reply = (struct reply){ 0 };
	reply_wait_sentence(reply,
		app_ask_state(app) < 0
			? -ENOTCONN
			: client_power(app->client, way->what, force, reply_keep, reply),
		_("Asking the settings service"));
}

/* Do it, with root's password where it is needed, and past what forbids it where that is wanted. */
static void shut_down(struct app *app, const struct power_way *way, bool force)
{
	struct reply reply;

	for (;;) {
		order(app, way, force, &reply);
		if (reply.outcome == CLIENT_NOT_PERMITTED && app->console) {
			if (!actions_permit(app))
				return;
		} else if (!force &&
			   (reply.outcome == CLIENT_BUSY || reply.outcome == CLIENT_FAILED)) {
			if (!is_sure(way, reply.text, true))
				return;
			force = true;
		} else {
			break;
		}
	}
	screen_flush_input();
	dialogs_message(translate(way->title),
		reply.outcome == CLIENT_OK
			? _("The appliance is shutting down now. This takes a few seconds.")
			: reply.text);
}

/* What stands in the way now. */
static void ask_reasons(struct app *app, const struct power_way *way, struct reply *reply)
{
	*reply = (struct reply){ 0 };
	reply_wait_sentence(reply,
		app_ask_state(app) < 0
			? -ENOTCONN
			: client_get_inhibitors(app->client, way->what, reply_keep, reply),
		_("Looking for what is under way"));
	/* Without an answer it is the order that says why. */
	if (reply->outcome != CLIENT_OK && reply->outcome != CLIENT_BUSY)
		reply->text[0] = '\0';
}

void page_power_run(struct app *app)
{
	const struct choice choices[] = {
		{ OURS("1"), translate(power_ways[0].title) },
		{ OURS("2"), translate(power_ways[1].title) },
		{ OURS("3"), _("Back") },
	};
	size_t selected = POWER_WAYS;
	struct reply reasons;
	enum answer answer;
	bool blocked;

	screen_flush_input();
	do
		answer = dialogs_menu(_("Restart or power off"), _("What shall be done?"), choices,
			ARRAY_SIZE(choices), _("OK"), NULL, &selected);
	while (answer == ANSWER_WOKEN);
	if (answer != ANSWER_NEXT || selected >= POWER_WAYS)
		return;
	ask_reasons(app, &power_ways[selected], &reasons);
	blocked = reasons.outcome == CLIENT_BUSY;
	if (is_sure(&power_ways[selected], reasons.text, blocked))
		shut_down(app, &power_ways[selected], blocked);
}

void page_power_restart(struct app *app)
{
	shut_down(app, &power_ways[0], false);
}
