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

void page_emergency_make(const struct app *app, struct net_set *ret)
{
	const struct link *links[APP_LINKS_MAX];
	size_t total, n = app_links(app, links, &total);

	*ret = (struct net_set){ 0 };
	for (size_t i = 0; i < n && ret->n_links < NET_LINKS_MAX; i++)
		if (is_card(links[i]))
			net_config_init(&ret->links[ret->n_links++], links[i]->name);
}

/* How many cards find no room in a set. */
static size_t count_left_out(const struct app *app, const struct net_set *set)
{
	size_t n, n_cards = 0;
	const struct link *links = netlink_links(app->nl, &n);

	for (size_t i = 0; i < n; i++)
		n_cards += link_is_customers(app->nl, &links[i]) && is_card(&links[i]);
	return n_cards > set->n_links ? n_cards - set->n_links : 0;
}

/* The names of the cards, and how many are not among them. */
static void write_names(
	const struct app *app, const struct net_set *set, safe_char *buf, size_t size)
{
	struct word_list list = word_list_begin(buf, size / 2);
	size_t n_left = count_left_out(app, set), length;

	for (size_t i = 0; i < set->n_links; i++)
		word_list_add(&list, safe_text(set->links[i].ifname, 0).text);
	if (set->n_links == 0)
		(void)safe_format(buf, size, "%s", _("none"));
	length = safe_length(buf);
	if (n_left > 0)
		(void)safe_format(buf + length, size - length,
			_("\nCards that stay as they are, because %zu are the most that can be "
			  "set up at once: %zu"),
			set->n_links, n_left);
}

/* What it means. */
static enum answer ask(const struct app *app, const safe_char *title, const struct net_set *set)
{
	safe_char names[400], text[1200];
	struct form form = {
		.title = title,
		.text = text,
		.buttons = { _("Do it"), _("Back") },
		.weighty = true,
	};
	enum answer answer;

	write_names(app, set, names, sizeof(names));
	(void)safe_format(text, sizeof(text),
		_("When nothing else helps: every network card asks the network for its "
		  "addresses again (DHCP, and IPv6 from routers).\n\nCards: %s\n\nFixed "
		  "addresses, name servers, VLANs and bonds that were set here are given up; "
		  "History can restore them. Hostname and password stay."),
		names);
	screen_flush_input();
	do
		answer = form_run(&form);
	while (answer == ANSWER_WOKEN);
	return answer;
}

bool page_emergency_run(struct app *app)
{
	const safe_char *title = _(" Emergency ");
	_cleanup_free_ struct net_set *set = malloc(sizeof(*set));

	if (!set)
		return false;
	page_emergency_make(app, set);
	if (ask(app, title, set) != ANSWER_NEXT)
		return false;
	return network_change_show(app, title, set, NET_CHANGE_REPLACE);
}
