/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Three screens: which card, how it gets its address, and the fields of a fixed one; IPv6 beside
 * them. Esc goes from each to the one before it.
 */

#define NCURSES_WIDECHAR 1
#include "page_network.h"

#include <curses.h>

#include "i18n.h"
#include "inforce.h"
#include "linkhw.h"
#include "safe_text.h"
#include "screen.h"
#include "status.h"
#include "util.h"

#define CARD_TEXT_MAX 384
#define CARD_COLUMNS  76 /* narrower than this, all of it does not fit */

/* The cards as they are shown, to see whether anything about them has changed. */
struct cards {
	size_t n, total;
	int ifindex[APP_LINKS_MAX];
	char name[APP_LINKS_MAX][IFNAMSIZ];
	char text[APP_LINKS_MAX][CARD_TEXT_MAX];
};

/* The first address of the card that a customer would know it by. */
static void write_address(const struct netlink *nl, const struct link *link, char *buf, size_t size)
{
	size_t n;
	const struct address *addresses = netlink_addresses(nl, &n);
	char ip[IP_TEXT_MAX];

	*buf = 0;
	for (size_t i = 0; i < n && !*buf; i++)
		if (addresses[i].ifindex == link->ifindex && address_is_usable(nl, &addresses[i]))
			(void)snprintf(buf, size, "%s", ip_prefix_format(&addresses[i].ip, ip));
}

/* What there is to say of a card: what tells it from others first, where the end may not fit. */
static void write_card(const struct app *app, const struct link *link, char *buf, size_t size)
{
	char state[32], mac[24], address[IP_TEXT_MAX];
	struct linkhw hw;

	linkhw_read(link->name, &hw);
	status_format_state(link, state, sizeof(state));
	status_format_mac(link, mac, sizeof(mac));
	write_address(app->nl, link, address, sizeof(address));
	if (COLS < CARD_COLUMNS)
		(void)snprintf(buf, size, "%s  %s  %s", mac, *address ? address : state,
			*address ? state : "");
	else
		(void)snprintf(buf, size, "%-11s %s  %s  %s", state, mac,
			*hw.driver ? safe_text(hw.driver, 0).text : link->kind, address);
}

/* What there is to say of every card. */
static void read_cards(const struct app *app, struct cards *ret)
{
	const struct link *links[APP_LINKS_MAX];

	*ret = (struct cards){ 0 };
	ret->n = app_links(app, links, &ret->total);
	for (size_t i = 0; i < ret->n; i++) {
		ret->ifindex[i] = links[i]->ifindex;
		(void)snprintf(ret->name[i], sizeof(ret->name[i]), "%.15s",
			safe_text(links[i]->name, 0).text);
		write_card(app, links[i], ret->text[i], sizeof(ret->text[i]));
	}
}

/* Something about the machine has changed: show the cards anew, if it is about them. */
static void handle_change(struct app *app, void *userdata)
{
	const struct cards *shown = userdata;
	struct cards now;

	read_cards(app, &now);
	if (memcmp(shown, &now, sizeof(now)) != 0)
		screen_wake();
}

/* The place in the list of a card; the first where it is not there. */
static size_t find_card(const struct cards *cards, int ifindex)
{
	for (size_t i = 0; i < cards->n; i++)
		if (cards->ifindex[i] == ifindex)
			return i;
	return 0;
}

/* Show these cards once. */
static enum answer show_cards(const char *title, const struct cards *cards, size_t *selected)
{
	struct choice choices[APP_LINKS_MAX];
	char text[160];
	size_t length;

	if (cards->n == 0)
		return dialogs_confirm(title,
			_("This machine has no network card. Add one and start the machine "
			  "again, or go on without a network."),
			_("Next"), _("Back"), false);
	for (size_t i = 0; i < cards->n; i++)
		choices[i] = (struct choice){ cards->name[i], cards->text[i] };
	(void)snprintf(
		text, sizeof(text), "%s", _("Which network card should this appliance use?"));
	length = strlen(text);
	if (cards->total > cards->n)
		(void)snprintf(text + length, sizeof(text) - length,
			_(" (%zu of %zu, those with a cable first)"), cards->n, cards->total);
	return dialogs_menu(title, text, choices, cards->n, _("Next"), NULL, selected);
}

/* Show the cards until one is chosen (*ret_ifindex 0: there is none), following the kernel
 * meanwhile. */
static enum answer ask_card(struct wizard *wizard, int *ret_ifindex)
{
	struct cards cards;
	int ifindex = wizard->net.current ? wizard->net.current->ifindex : 0;
	enum answer answer;

	do {
		size_t selected;

		read_cards(wizard->app, &cards);
		selected = find_card(&cards, ifindex);
		app_on_change(wizard->app, handle_change, &cards);
		answer = show_cards(wizard->title, &cards, &selected);
		app_on_change(wizard->app, NULL, NULL);
		ifindex = cards.n > 0 ? cards.ifindex[selected] : 0;
	} while (answer == ANSWER_WOKEN);
	*ret_ifindex = ifindex;
	return answer;
}

/* Go on with this card, where it was left or with what is in force on it. */
static bool choose_card(struct wizard *wizard, int ifindex)
{
	struct net_draft *draft;

	if (drafts_open(&wizard->net, wizard->app, ifindex, &draft) < 0)
		return false;
	if (draft != wizard->net.current && wizard->net.current)
		wizard->net.current->touched = false;
	wizard->net.current = draft;
	return true;
}

/* The place of a method in a list of them; the first where it is not there. */
static size_t find_method(const enum net_method *methods, size_t n, enum net_method method)
{
	for (size_t i = 0; i < n; i++)
		if (methods[i] == method)
			return i;
	return 0;
}

/* How IPv4 gets its address. */
static enum answer ask_method(struct wizard *wizard)
{
	static const enum net_method methods[] = { NET_METHOD_AUTO, NET_METHOD_STATIC,
		NET_METHOD_OFF };
	const struct choice choices[] = {
		{ _("Automatic"), _("from the network (DHCP)") },
		{ _("Fixed"), _("one assigned to you") },
		{ _("Off"), _("IPv6 alone") },
	};
	struct net_draft *draft = wizard->net.current;
	struct net_family *v4 = &draft->wanted.v4;
	size_t selected = find_method(methods, ARRAY_SIZE(methods), v4->method);
	char text[320];
	enum answer answer;

	(void)snprintf(text, sizeof(text), _("How does %s get its address?"),
		safe_text(draft->wanted.ifname, 0).text);
	do
		answer = dialogs_menu(wizard->title, text, choices, ARRAY_SIZE(choices), _("Next"),
			_("IPv6..."), &selected);
	while (answer == ANSWER_WOKEN);
	v4->method = methods[selected < ARRAY_SIZE(methods) ? selected : 0];
	return answer;
}

/* The screens of this page. */
enum part { PART_CARD, PART_METHOD, PART_FIELDS, PART_LEFT, PART_DONE };

/* The card, which is the beginning. */
static enum part part_card(struct wizard *wizard)
{
	int ifindex = 0;

	if (ask_card(wizard, &ifindex) != ANSWER_NEXT)
		return PART_LEFT;
	if (ifindex == 0)
		return PART_DONE;
	return choose_card(wizard, ifindex) ? PART_METHOD : PART_CARD;
}

/* Without IPv4 there must be IPv6. */
static bool has_family(struct wizard *wizard)
{
	const struct net_config *net = &wizard->net.current->wanted;

	if (net->v4.method != NET_METHOD_OFF || net->v6.method != NET_METHOD_OFF)
		return true;
	dialogs_message(wizard->title,
		_("Without IPv4 and without IPv6 nobody could reach this appliance. Choose how "
		  "IPv6 gets its address."));
	return network_ask_ipv6(wizard) == ANSWER_NEXT && net->v6.method != NET_METHOD_OFF;
}

/* The method; other than a fixed address, it ends the page. */
static enum part part_method(struct wizard *wizard)
{
	switch (ask_method(wizard)) {
	case ANSWER_EXTRA:
		(void)network_ask_ipv6(wizard);
		return PART_METHOD;
	case ANSWER_NEXT:
		break;
	case ANSWER_BACK:
	case ANSWER_WOKEN:
		return PART_CARD;
	}
	if (wizard->net.current->wanted.v4.method == NET_METHOD_STATIC)
		return PART_FIELDS;
	if (!has_family(wizard))
		return PART_METHOD;
	network_forget_given(&wizard->net.current->wanted);
	wizard->net.current->touched = true;
	return PART_DONE;
}

/* The fields of a fixed address. */
static enum part part_fields(struct wizard *wizard)
{
	switch (network_ask_fields(wizard, AF_INET)) {
	case ANSWER_EXTRA:
		(void)network_ask_ipv6(wizard);
		return PART_FIELDS;
	case ANSWER_NEXT:
		wizard->net.current->touched = true;
		return PART_DONE;
	case ANSWER_BACK:
	case ANSWER_WOKEN:
		break;
	}
	return PART_METHOD;
}

/* The screen to come back to: the last one that was seen. */
static enum part last_part(const struct wizard *wizard)
{
	const struct net_draft *draft = wizard->net.current;

	if (!wizard->backwards || !draft || !draft->touched)
		return PART_CARD;
	return draft->wanted.v4.method == NET_METHOD_STATIC ? PART_FIELDS : PART_METHOD;
}

/* The network. */
static enum answer run(struct wizard *wizard)
{
	static enum part (*const parts[])(struct wizard * wizard) = {
		[PART_CARD] = part_card,
		[PART_METHOD] = part_method,
		[PART_FIELDS] = part_fields,
	};
	enum part part = last_part(wizard);

	while (part != PART_LEFT && part != PART_DONE)
		part = parts[part](wizard);
	return part == PART_DONE ? ANSWER_NEXT : ANSWER_BACK;
}

const struct page page_network = {
	.name = "network",
	.title = N_("Network"),
	.run = run,
};
