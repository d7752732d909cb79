/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The link whose address the web address names first. */

#include "i18n.h"
#include "page_network.h"
#include "safe_text.h"
#include "util.h"

#define LINKS_MAX (APP_LINKS_MAX + NET_LINKS_MAX + 1)

/* What can be chosen; the first is "the default route's". */
struct names {
	size_t n;
	char ifname[LINKS_MAX][IFNAMSIZ];
	safe_char name[LINKS_MAX][IFNAMSIZ];
};

/* One more. */
static void add(struct names *names, const char *ifname)
{
	(void)snprintf(names->ifname[names->n], IFNAMSIZ, "%.15s", ifname);
	(void)safe_format(names->name[names->n], IFNAMSIZ, "%.15s", safe_text(ifname, 0).text);
	names->n++;
}

/* The cards, and what is still to be made. */
static void read_names(const struct wizard *wizard, struct names *ret)
{
	const struct link *links[APP_LINKS_MAX];
	size_t total, n = app_links(wizard->app, links, &total);

	memset(ret, 0, sizeof(*ret));
	ret->n = 1;
	for (size_t i = 0; i < n; i++)
		if (network_is_offered(wizard, links[i]))
			add(ret, links[i]->name);
	for (size_t i = 0; i < wizard->net.n; i++) {
		const struct net_draft *draft = wizard->net.links[i];

		if (draft->touched && !netlink_link_by_name(wizard->app->nl, draft->wanted.ifname))
			add(ret, draft->wanted.ifname);
	}
}

/* Only a link that firstboot sets up can be named: have it set up as it is. */
static bool take(struct wizard *wizard, const char *ifname)
{
	struct net_draft *draft, *before = wizard->net.current;
	struct problem problem;
	bool kept = wizard->net.kept && net_set_find(wizard->net.kept, ifname);

	if (*ifname && !kept) {
		if (drafts_open(&wizard->net, wizard->app, ifname, &draft) < 0)
			return false;
		wizard->net.current = draft;
		if (!draft->touched && !drafts_touch(&wizard->net, &problem)) {
			wizard->net.current = before;
			dialogs_message(wizard->title, safe_lines(problem.text).text);
			return false;
		}
	}
	(void)snprintf(wizard->net.advertised, IFNAMSIZ, "%s", ifname);
	wizard->net.advertised_touched = true;
	return true;
}

enum answer network_ask_web(struct wizard *wizard)
{
	struct choice choices[LINKS_MAX];
	struct names names;
	size_t selected = 0;
	enum answer answer;

	read_names(wizard, &names);
	choices[0] = (struct choice){ _("Automatic"), _("the way to other networks") };
	for (size_t i = 1; i < names.n; i++) {
		choices[i] = (struct choice){ names.name[i], _("always this one first") };
		if (streq(names.ifname[i], wizard->net.advertised))
			selected = i;
	}
	do
		answer = dialogs_menu(wizard->title,
			_("Which card's address shall the web address on the screen name?"),
			choices, names.n, _("Next"), NULL, &selected);
	while (answer == ANSWER_WOKEN);
	if (answer != ANSWER_NEXT || selected >= names.n)
		return ANSWER_BACK;
	return take(wizard, names.ifname[selected]) ? ANSWER_NEXT : ANSWER_BACK;
}
