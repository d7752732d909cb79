/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The time zone, and what sets the clock. */

#include <time.h>

#include "dialogs.h"
#include "i18n.h"
#include "name_page.h"
#include "page_network.h"
#include "screen.h"
#include "settings_pages.h"
#include "timeservice.h"
#include "util.h"
#include "wizard.h"
#include "zone.h"

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

/* Does the machine go by it? */
static bool is_set(const char *root, const char *name)
{
	char now[ZONE_NAME_SIZE];

	zone_read(root, now);
	return streq(now, name);
}

/* Tell what came of it. */
static bool tell(struct app *app, const safe_char *title, const char *name, const safe_char *note,
	bool changed)
{
	safe_char text[700];

	if (!changed) {
		dialogs_message(title, _("Nothing would change: the appliance goes by this time "
					 "zone already."));
		return false;
	}
	/* So that our own screens go by it. */
	tzset();
	(void)safe_format(text, sizeof(text), _("The appliance goes by the time of %s now.%s%s"),
		safe_text(name, 0).text, *note ? OURS("\n\n") : OURS(""), note);
	dialogs_message(title, text);
	return true;
}

static const struct name_page time_page = {
	.title = N_("Time zone"),
	.subject = N_("Time zone"),
	.text = N_("By which time shall this appliance go?"),
	.describe = describe_clock,
	.label = N_("Time zone"),
	.hint = N_("Type a city, such as Sofia or New York, or choose from the list: the "
		   "largest city that has the same time as you."),
	.unknown = N_("There is no time zone with that in its name. The name is made of "
		      "the region and its largest city, such as Europe/Sofia."),
	.missing = N_("This machine has no time zones to choose from: its image lacks the "
		      "package \"tzdata\"."),
	.working = N_("Setting the time zone"),
	.list = zone_list,
	.read = zone_read,
	.is_installed = is_installed,
	.is_set = is_set,
	.set = client_set_timezone,
	.done = tell,
};

void page_time_run(struct app *app)
{
	name_page_run(&time_page, app);
}

/* Are there zones to choose from? */
static bool is_due(const struct wizard *wizard)
{
	_cleanup_(names_done) struct names_list zones = { 0 };

	return zone_list("", &zones) >= 0;
}

/* In the wizard: asked, with the time servers behind it, and set when all is. */
static enum answer run(struct wizard *wizard)
{
	_cleanup_(names_done) struct names_list zones = { 0 };
	enum answer answer, servers = ANSWER_BACK;

	if (zone_list("", &zones) < 0)
		return ANSWER_NEXT;
	while (servers == ANSWER_BACK && !screen_ended()) {
		answer = name_page_ask(&time_page, wizard->title, &zones, wizard->place->skippable,
			wizard->wanted.zone);
		if (answer == ANSWER_EXTRA)
			memcpy(wizard->wanted.zone, wizard->now.zone, sizeof(wizard->wanted.zone));
		if (answer != ANSWER_NEXT)
			return answer;
		servers = network_ask_time(wizard);
	}
	return servers;
}

const struct page page_time = {
	.name = "time",
	.title = N_("Time zone"),
	.purpose = N_("its time zone"),
	.is_due = is_due,
	.run = run,
};
