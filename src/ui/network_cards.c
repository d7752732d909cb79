/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The list of cards, VLANs and bonds, live. */

#include "i18n.h"
#include "linkhw.h"
#include "page_network.h"
#include "safe_text.h"
#include "screen.h"
#include "status.h"
#include "util.h"
#include "wrap.h"

#define CARD_TEXT_MAX 384
#define CARD_COLUMNS  76 /* narrower than this, all of it does not fit */
#define CARDS_MAX     (APP_LINKS_MAX + NET_LINKS_MAX)
#define OTHERS_SHOWN  4

/* The cards as they are shown, to see whether anything about them has changed. */
struct cards {
	size_t n, total;
	char ifname[CARDS_MAX][IFNAMSIZ];
	safe_char name[CARDS_MAX][IFNAMSIZ];
	safe_char text[CARDS_MAX][CARD_TEXT_MAX];
	safe_char others[CARD_TEXT_MAX];
};

/* A list that is shown, and what it was made of. */
struct shown_cards {
	const struct wizard *wizard;
	struct cards cards;
};

/* What a link of some kind is called beside its name. */
static const struct {
	const char *kind;
	const safe_char *word;
} kind_words[] = {
	{ "bridge", N_("bridge") },
	{ "dummy", N_("dummy") },
	{ "gre", N_("tunnel") },
	{ "ipip", N_("tunnel") },
	{ "sit", N_("tunnel") },
	{ "tun", N_("tunnel") },
	{ "veth", N_("container link") },
	{ "vrf", N_("routing table") },
	{ "vxlan", N_("tunnel") },
	{ "wireguard", N_("WireGuard") },
};

/* The first address of the card that a customer would know it by. */
static void write_address(
	const struct netlink *nl, const struct link *link, safe_char *buf, size_t size)
{
	size_t n;
	const struct address *addresses = netlink_addresses(nl, &n);
	char ip[IP_TEXT_MAX];

	*buf = 0;
	for (size_t i = 0; i < n && !*buf; i++)
		if (addresses[i].ifindex == link->ifindex && address_is_usable(nl, &addresses[i]))
			(void)safe_format(buf, size, "%s",
				safe_text(ip_prefix_format(&addresses[i].ip, ip), 0).text);
}

/* What there is to say of a card: what tells it from others first, where the end may not fit. */
static void write_card(const struct app *app, const struct link *link, safe_char *buf, size_t size)
{
	safe_char state[32], mac[24], address[IP_TEXT_MAX];
	struct linkhw hw = { 0 };

	status_format_mac(link, mac, sizeof(mac));
	write_address(app->nl, link, address, sizeof(address));
	if (COLS < CARD_COLUMNS) {
		/* Without the speed: whether there is a cable matters more. */
		status_format_speed(link, &hw, state, sizeof(state));
		(void)safe_format(buf, size, "%s %s  %s", mac, state, address);
		return;
	}
	linkhw_read(link->name, &hw);
	status_format_state(link, state, sizeof(state));
	(void)safe_format(buf, size, "%-*s %s  %s  %s", wrap_field(state, 11), state, mac,
		*hw.driver ? safe_text(hw.driver, 0).text : safe_text(link->kind, 0).text, address);
}

/* Where the last part of what is said of a card begins, or its second word; NULL: it is one word.
 */
static safe_char *find_last_part(safe_char *text)
{
	safe_char *last = NULL, *blank = NULL;

	for (safe_char *at = text; *at; at++) {
		if (*at != ' ')
			continue;
		if (!blank)
			blank = at;
		if (at[1] == ' ' || at[1] == '(')
			last = at;
	}
	return last ? last : blank;
}

/* Leave out what does not fit beside the names: half an address would be another one. */
static void leave_out(struct cards *cards)
{
	int widest = 0, columns;

	for (size_t i = 0; i < cards->n; i++) {
		columns = wrap_columns(cards->name[i], safe_length(cards->name[i]));
		widest = columns > widest ? columns : widest;
	}
	for (size_t i = 0; i < cards->n; i++) {
		safe_char *text = cards->text[i], *part;

		while (widest + LIST_AROUND_COLS + wrap_columns(text, safe_length(text)) > COLS &&
			(part = find_last_part(text)))
			*part = 0;
	}
}

bool network_is_offered(const struct wizard *wizard, const struct link *link)
{
	return link_is_customers(wizard->app->nl, link) &&
	       !drafts_is_removed(&wizard->net, link->name) &&
	       !drafts_bond_of(&wizard->net, link->name);
}

/* A link that has no draft of its own, or a draft alone, in the list. */
static safe_char *add_card(struct cards *cards, const char *ifname)
{
	size_t i = cards->n++;

	(void)snprintf(cards->ifname[i], sizeof(cards->ifname[i]), "%.15s", ifname);
	(void)safe_format(
		cards->name[i], sizeof(cards->name[i]), "%.15s", safe_text(ifname, 0).text);
	return cards->text[i];
}

/* The cards that are there. */
static void read_links(const struct wizard *wizard, struct cards *cards)
{
	const struct link *links[APP_LINKS_MAX];
	size_t n = app_links(wizard->app, links, &cards->total);

	for (size_t i = 0; i < n; i++) {
		const struct net_draft *draft;
		safe_char *text;
		size_t length;

		if (!network_is_offered(wizard, links[i])) {
			cards->total--;
			continue;
		}
		text = add_card(cards, links[i]->name);
		write_card(wizard->app, links[i], text, CARD_TEXT_MAX);
		draft = drafts_find(&wizard->net, links[i]->name);
		length = safe_length(text);
		if (draft && wizard_changes_link(wizard, draft))
			(void)safe_format(
				text + length, CARD_TEXT_MAX - length, "%s", _(" (new settings)"));
	}
}

/* The devices that are still to be made, and the ports that a removed bond gives back. */
static void read_drafts(const struct wizard *wizard, struct cards *cards)
{
	const struct net_drafts *drafts = &wizard->net;

	for (size_t i = 0; i < drafts->n; i++) {
		const struct net_draft *draft = drafts->links[i];
		safe_char device[CARD_TEXT_MAX - 16];

		if (netlink_link_by_name(wizard->app->nl, draft->wanted.ifname) ||
			drafts_bond_of(drafts, draft->wanted.ifname))
			continue;
		network_write_device(&draft->wanted.device, device, sizeof(device));
		cards->total++;
		(void)safe_format(
			add_card(cards, draft->wanted.ifname), CARD_TEXT_MAX, _("new: %s"), device);
	}
}

/* Does a bond of ours that shall go give this port back? */
static bool is_given_back(const struct wizard *wizard, const struct link *link)
{
	const struct link *master = netlink_link_by_index(wizard->app->nl, link->master);

	return master && drafts_is_removed(&wizard->net, master->name) &&
	       !drafts_bond_of(&wizard->net, link->name);
}

/* Likewise, in the list. */
static void read_given_back(const struct wizard *wizard, struct cards *cards)
{
	size_t n;
	const struct link *links = netlink_links(wizard->app->nl, &n);

	for (size_t i = 0; i < n && cards->n < CARDS_MAX; i++) {
		if (!is_given_back(wizard, &links[i]))
			continue;
		cards->total++;
		write_card(wizard->app, &links[i], add_card(cards, links[i].name), CARD_TEXT_MAX);
	}
}

/* What there is to say of everything that can be chosen. */
static void read_cards(const struct wizard *wizard, struct cards *ret)
{
	memset(ret, 0, sizeof(*ret));
	read_links(wizard, ret);
	read_drafts(wizard, ret);
	read_given_back(wizard, ret);
	leave_out(ret);
	if (COLS >= CARD_COLUMNS)
		network_write_others(wizard, OTHERS_SHOWN, ret->others, sizeof(ret->others));
}

/* Is it one of those that the kernel makes for each kind of tunnel, and that nobody uses? */
static bool is_fallback(const struct link *link)
{
	static const char *const kinds[] = { "gre", "gretap", "erspan", "ip6gre", "ip6gretap",
		"ip6tnl", "ipip", "sit", "vti", "vti6" };

	for (size_t i = 0; i < ARRAY_SIZE(kinds) && !(link->flags & IFF_UP); i++)
		if (streq(link->kind, kinds[i]))
			return true;
	return false;
}

/* Is the link neither the customer's nor part of what is? */
static bool is_other(const struct wizard *wizard, const struct link *link)
{
	const struct link *master = netlink_link_by_index(wizard->app->nl, link->master);

	if ((link->flags & IFF_LOOPBACK) || is_fallback(link) || network_is_offered(wizard, link))
		return false;
	if (drafts_is_removed(&wizard->net, link->name) || drafts_bond_of(&wizard->net, link->name))
		return false;
	return !(master && drafts_is_removed(&wizard->net, master->name));
}

/* "br0 (bridge)", "eth3 (part of br0)". */
static void write_other(
	const struct netlink *nl, const struct link *link, safe_char *buf, size_t size)
{
	const struct link *master = netlink_link_by_index(nl, link->master);
	struct safe_str name = safe_text(link->name, IFNAMSIZ);
	struct safe_str word = safe_text(link->kind, 0);

	for (size_t i = 0; i < ARRAY_SIZE(kind_words); i++)
		if (streq(kind_words[i].kind, link->kind))
			word = safe_cut(translate(kind_words[i].word), 0);
	if (master)
		(void)safe_format(buf, size, _("%s (part of %s)"), name.text,
			safe_text(master->name, IFNAMSIZ).text);
	else if (*word.text)
		(void)safe_format(buf, size, "%s (%s)", name.text, word.text);
	else
		(void)safe_format(buf, size, "%s", name.text);
}

void network_write_others(const struct wizard *wizard, size_t max, safe_char *buf, size_t size)
{
	size_t n, n_others = 0, length = 0;
	const struct link *links = netlink_links(wizard->app->nl, &n);
	safe_char word[SAFE_TEXT_MAX * 2 + 8];

	*buf = 0;
	for (size_t i = 0; i < n; i++) {
		if (!is_other(wizard, &links[i]) || ++n_others > max)
			continue;
		write_other(wizard->app->nl, &links[i], word, sizeof(word));
		if (length < size)
			length += (size_t)safe_format(buf + length, size - length, "%s%s",
				length > 0 ? OURS(", ") : OURS(""), word);
	}
	if (n_others > max && length < size)
		(void)safe_format(buf + length, size - length, _(" and %zu more"), n_others - max);
}

/* Something about the machine has changed: show the cards anew, if it is about them. */
static void handle_change(struct app *app, void *userdata)
{
	const struct shown_cards *shown = userdata;
	_cleanup_free_ struct cards *now = malloc(sizeof(*now));

	if (now)
		read_cards(shown->wizard, now);
	if (!now || memcmp(&shown->cards, now, sizeof(*now)) != 0)
		screen_wake();
}

/* The place in the list of a card; the first where it is not there. */
static size_t find_card(const struct cards *cards, const char *ifname)
{
	for (size_t i = 0; i < cards->n; i++)
		if (streq(cards->ifname[i], ifname))
			return i;
	return 0;
}

/* What stands above the cards. */
static void write_question(const struct cards *cards, safe_char *buf, size_t size)
{
	size_t length;

	(void)safe_format(buf, size, "%s", _("Which network card should this appliance use?"));
	length = safe_length(buf);
	if (cards->total > cards->n)
		(void)safe_format(buf + length, size - length,
			_(" (%zu of %zu, those with a cable first)"), cards->n, cards->total);
	length = safe_length(buf);
	if (*cards->others)
		(void)safe_format(buf + length, size - length, _("\nAlso there, left alone: %s"),
			cards->others);
}

/* Show these cards once. */
static enum answer show_cards(const safe_char *title, const struct cards *cards, size_t *selected)
{
	struct choice choices[CARDS_MAX];
	safe_char text[CARD_TEXT_MAX + 160];

	if (cards->n == 0)
		return dialogs_confirm(title,
			_("This machine has no network card. Add one and start the machine "
			  "again, or go on without a network."),
			_("Next"), _("Back"), false);
	for (size_t i = 0; i < cards->n; i++)
		choices[i] = (struct choice){ cards->name[i], cards->text[i] };
	write_question(cards, text, sizeof(text));
	return dialogs_menu(title, text, choices, cards->n, _("Next"), _("More..."), selected);
}

enum answer network_ask_card(struct wizard *wizard, char ret_ifname[static IFNAMSIZ])
{
	const struct net_draft *draft = wizard->net.current;
	_cleanup_free_ struct shown_cards *list = calloc(1, sizeof(*list));
	enum answer answer;

	(void)snprintf(ret_ifname, IFNAMSIZ, "%s", draft ? draft->wanted.ifname : "");
	if (!list)
		return ANSWER_BACK;
	list->wizard = wizard;
	do {
		size_t selected;

		read_cards(wizard, &list->cards);
		selected = find_card(&list->cards, ret_ifname);
		app_on_change(wizard->app, handle_change, list);
		answer = show_cards(wizard->title, &list->cards, &selected);
		app_on_change(wizard->app, NULL, NULL);
		(void)snprintf(ret_ifname, IFNAMSIZ, "%s",
			list->cards.n > 0 ? list->cards.ifname[selected] : "");
	} while (answer == ANSWER_WOKEN);
	return answer;
}
