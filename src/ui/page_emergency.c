/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "form.h"
#include "i18n.h"
#include "names.h"
#include "network_change.h"
#include "network_words.h"
#include "safe_text.h"
#include "screen.h"
#include "settings_pages.h"
#include "util.h"

/* May its addresses be automatic: is it a card, not something that was built from cards? */
static bool is_card(const struct link *link)
{
	static const char *const built[] = { "vlan", "bond", "bridge", "team", "wireguard" };

	for (size_t i = 0; i < ARRAY_SIZE(built); i++)
		if (streq(link->kind, built[i]))
			return false;
	return link->master == 0;
}

/* All cards, automatic; what firstboot has made beside them goes. */
static void make_set(const struct app *app, struct net_set *ret)
{
	const struct link *links[APP_LINKS_MAX];
	size_t total, n = app_links(app, links, &total);

	*ret = (struct net_set){ 0 };
	for (size_t i = 0; i < n && ret->n_links < NET_LINKS_MAX; i++)
		if (is_card(links[i]))
			net_config_init(&ret->links[ret->n_links++], links[i]->name);
}

/* What it means. */
static enum answer ask(const char *title, const struct net_set *set)
{
	char names[160], text[800];
	struct word_list list = word_list_begin(names, sizeof(names));
	struct form form = {
		.title = title,
		.text = text,
		.buttons = { _("Do it"), _("Back") },
		.weighty = true,
	};
	enum answer answer;

	for (size_t i = 0; i < set->n_links; i++)
		word_list_add(&list, safe_text(set->links[i].ifname, 0).text);
	(void)snprintf(text, sizeof(text),
		_("When nothing else helps: every network card asks the network for its "
		  "addresses again (DHCP, and IPv6 from routers).\n\nCards: %s\n\nFixed "
		  "addresses, name servers, VLANs and bonds that were set here are given up; "
		  "History can restore them. Hostname and password stay."),
		*names ? names : _("none"));
	screen_flush_input();
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	return answer;
}

bool page_emergency_run(struct app *app)
{
	const char *title = _(" Emergency ");
	_cleanup_free_ struct net_set *set = malloc(sizeof(*set));

	if (!set)
		return false;
	make_set(app, set);
	if (ask(title, set) != ANSWER_NEXT)
		return false;
	return network_change_show(app, title, set, NET_CHANGE_REPLACE);
}
