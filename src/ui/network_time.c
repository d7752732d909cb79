/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Time servers by themselves, for the page of the time zone. */

#include "i18n.h"
#include "page_network.h"
#include "safe_text.h"
#include "timeservice.h"
#include "util.h"
#include "validate.h"

/* The draft of the link that the network page was about, else of the first card; NULL: none. */
static struct net_draft *find_draft(struct wizard *wizard)
{
	const struct link *links[APP_LINKS_MAX];
	struct net_draft *draft = wizard->net.current;
	size_t total;

	if (draft)
		return draft;
	if (app_links(wizard->app, links, &total) == 0 ||
		drafts_open(&wizard->net, wizard->app, links[0]->name, &draft) < 0)
		return NULL;
	return wizard->net.current = draft;
}

/* Take what was typed into the draft; the link is set up anew only where it is other than before.
 */
static bool take(struct net_drafts *drafts, struct problem *problem)
{
	struct net_draft *draft = drafts->current;
	struct net_config found = draft->wanted;
	bool same;

	if (!validate_ntp(draft->texts.ntp, &found, problem))
		return false;
	same = found.n_ntp == draft->wanted.n_ntp;
	for (size_t i = 0; same && i < found.n_ntp; i++)
		same = streq(found.ntp[i], draft->wanted.ntp[i]);
	draft->wanted = found;
	return same || drafts_touch(drafts, problem);
}

enum answer network_ask_time(struct wizard *wizard)
{
	struct net_draft *draft = find_draft(wizard);
	struct field field = {
		.label = _("Time servers"),
		.hint = _("(NTP) Names or addresses, with blanks between; empty for none."),
	};
	struct safe_lines refused;
	struct problem problem;
	safe_char text[256];
	size_t focus = 0;

	if (!draft || timeservice_find("") == TIMESERVICE_NONE)
		return ANSWER_NEXT;
	(void)safe_format(text, sizeof(text), _("Which servers shall tell the time on %s?"),
		safe_text(draft->wanted.ifname, 0).text);
	memcpy(field.value, draft->texts.ntp, sizeof(field.value));
	for (;;) {
		enum answer answer = dialogs_form(wizard->title, text, &field, 1, NULL, &focus);

		memcpy(draft->texts.ntp, field.value, sizeof(draft->texts.ntp));
		if (answer == ANSWER_BACK)
			return answer;
		if (answer != ANSWER_NEXT)
			continue;
		if (take(&wizard->net, &problem))
			return answer;
		refused = safe_lines(problem.text);
		field.problem = refused.text;
	}
}
