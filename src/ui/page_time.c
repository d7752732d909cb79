/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The time zone, and what sets the clock. */

#include <errno.h>
#include <time.h>

#include "actions.h"
#include "dialogs.h"
#include "i18n.h"
#include "pick.h"
#include "reply.h"
#include "review_table.h"
#include "screen.h"
#include "settings_pages.h"
#include "timeservice.h"
#include "util.h"
#include "zone.h"

#define TITLE _(" Time zone ")

/* Who sets the clock. */
static const safe_char *describe_clock(void)
{
	switch (timeservice_find("")) {
	case TIMESERVICE_TIMESYNCD:
		return _("The clock is set by time servers (systemd-timesyncd).");
	case TIMESERVICE_CHRONY:
		return _("The clock is set by time servers (chrony).");
	case TIMESERVICE_NONE:
		break;
	}
	return _("No program on this machine sets the clock by time servers.");
}

/* A name of a zone beside those that are listed: an older one, or an hour. */
static bool is_installed(const char *name)
{
	return zone_is_installed("", name);
}

/* Ask which zone it shall be. */
static enum answer ask(
	const struct names_list *zones, const char *now, char ret[static ZONE_NAME_SIZE])
{
	safe_char text[400];
	struct pick pick = {
		.title = TITLE,
		.text = text,
		.label = _("Time zone"),
		.hint = _("Type a city, such as Sofia or New York, or choose from the list: the "
			  "largest city that has the same time as you."),
		.unknown = _("There is no time zone with that in its name. The name is made of "
			     "the region and its largest city, such as Europe/Sofia."),
		.names = zones,
		.is_other = is_installed,
	};
	enum answer answer;

	(void)safe_format(text, sizeof(text), _("By which time shall this appliance go?\n\n%s"),
		describe_clock());
	(void)snprintf(pick.value, sizeof(pick.value), "%s", now);
	answer = pick_run(&pick);
	(void)snprintf(ret, ZONE_NAME_SIZE, "%s", pick.value);
	return answer;
}

/* Show old and new. False: they are the same, or the customer goes back. */
static bool review(const char *now, const char *wanted)
{
	struct review_row row;

	if (review_value(safe_bytes(_("Time zone")), now, wanted, &row, 1) == 0) {
		dialogs_message(TITLE, _("Nothing would change: the appliance goes by this time "
					 "zone already."));
		return false;
	}
	return review_table_ask(_(" Review "), &row, 1, NULL) == ANSWER_NEXT;
}

/* Have firstbootd set it, and tell what came of it. */
static bool apply(struct app *app, const char *zone)
{
	safe_char text[700];
	struct reply reply;

	do {
		reply = (struct reply){ 0 };
		reply_wait_sentence(&reply,
			app->client ? client_set_timezone(app->client, zone, reply_keep, &reply)
				    : -ENOTCONN,
			_("Setting the time zone"));
	} while (reply.outcome == CLIENT_NOT_PERMITTED && actions_permit(app));
	screen_flush_input();
	if (reply.outcome != CLIENT_OK) {
		dialogs_message(TITLE, reply.text);
		return false;
	}
	/* So that our own screens go by it. */
	tzset();
	(void)safe_format(text, sizeof(text), _("The appliance goes by the time of %s now.%s%s"),
		safe_text(zone, 0).text, *reply.text ? OURS("\n\n") : OURS(""), reply.text);
	dialogs_message(TITLE, text);
	return true;
}

void page_time_run(struct app *app)
{
	_cleanup_(names_done) struct names_list zones = { 0 };
	char now[ZONE_NAME_SIZE], wanted[ZONE_NAME_SIZE];

	if (zone_list("", &zones) < 0) {
		dialogs_message(TITLE,
			_("This machine has no time zones to choose from: its image lacks the "
			  "package \"tzdata\"."));
		return;
	}
	zone_read("", now);
	memcpy(wanted, now, sizeof(wanted));
	while (!screen_ended() && ask(&zones, wanted, wanted) == ANSWER_NEXT)
		if (review(now, wanted) && apply(app, wanted))
			return;
}
