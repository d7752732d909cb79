/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * The way through the network's screens: which card, how it gets its address, and the fields of a
 * fixed one; all else is behind "More..." and "IPv6...". Esc goes from each to the one before it.
 */

#include "page_network.h"

#include "i18n.h"
#include "safe_text.h"
#include "util.h"

/* The screens of this page. */
enum part { PART_CARD, PART_METHOD, PART_FIELDS, PART_LEFT, PART_DONE, PART_SKIPPED };

/* A card that has been set up in this run, other than draft; devices that are made do not count:
 * they come beside the cards. */
static struct net_draft *find_rival(const struct wizard *wizard, const struct net_draft *draft)
{
	for (size_t i = 0; i < wizard->net.n; i++) {
		struct net_draft *other = wizard->net.links[i];

		if (other != draft && other->touched &&
			other->wanted.device.kind == NET_DEVICE_EXISTING &&
			!drafts_bond_of(&wizard->net, other->wanted.ifname))
			return other;
	}
	return NULL;
}

/* Another card was set up before: is this one meant in its place, or beside it? */
static bool ask_beside(struct wizard *wizard, struct net_draft *draft)
{
	struct net_draft *other = find_rival(wizard, draft);
	struct safe_str name = safe_text(draft->wanted.ifname, 0), before;
	safe_char text[SAFE_TEXT_MAX * 2 + 128], alone[SAFE_TEXT_MAX + 64];
	const struct choice choices[] = {
		{ _("Alone"), alone },
		{ _("Both"), _("both get new settings") },
	};
	size_t selected = 0;
	enum answer answer;

	if (!other || draft->touched || draft->wanted.device.kind != NET_DEVICE_EXISTING)
		return true;
	before = safe_text(other->wanted.ifname, 0);
	(void)safe_format(text, sizeof(text),
		_("You have filled in settings for %s already. Is %s meant instead, or as well?"),
		before.text, name.text);
	(void)safe_format(alone, sizeof(alone), _("%s stays as it is"), before.text);
	do
		answer = dialogs_menu(wizard->title, text, choices, ARRAY_SIZE(choices), _("Next"),
			NULL, &selected);
	while (answer == ANSWER_WOKEN);
	if (answer != ANSWER_NEXT)
		return false;
	for (; selected == 0 && other; other = find_rival(wizard, draft))
		other->touched = false;
	return true;
}

/* Go on with this card, where it was left or with what is in force on it. */
static enum part choose_card(struct wizard *wizard, const char *ifname)
{
	struct net_draft *draft;

	if (drafts_open(&wizard->net, wizard->app, ifname, &draft) < 0 ||
		!ask_beside(wizard, draft))
		return PART_CARD;
	wizard->net.current = draft;
	return PART_METHOD;
}

/* Whatever is behind "More...". */
static enum part choose_more(struct wizard *wizard, const char *ifname)
{
	switch (network_ask_more(wizard, ifname)) {
	case NETWORK_MORE:
	case NETWORK_CARDS:
		break;
	case NETWORK_METHOD:
		return PART_METHOD;
	case NETWORK_SKIP:
		return PART_SKIPPED;
	case NETWORK_DONE:
		return PART_DONE;
	}
	return PART_CARD;
}

/* The card, which is the beginning. */
static enum part part_card(struct wizard *wizard)
{
	char ifname[IFNAMSIZ];

	switch (network_ask_card(wizard, ifname)) {
	case ANSWER_EXTRA:
		return choose_more(wizard, ifname);
	case ANSWER_NEXT:
		return *ifname ? choose_card(wizard, ifname) : PART_DONE;
	case ANSWER_BACK:
	case ANSWER_WOKEN:
		break;
	}
	return PART_LEFT;
}

/* The link is through: take it, or say what is wrong with all of it together. */
static enum part finish(struct wizard *wizard, enum part otherwise)
{
	struct problem problem;

	if (drafts_touch(&wizard->net, &problem))
		return PART_DONE;
	dialogs_message(wizard->title, safe_lines(problem.text).text);
	return otherwise;
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

/* Make what the network gave the fixed settings of a family, if it gave any. */
static void fix_family(struct net_family *family, const struct net_family *now)
{
	if (!net_family_is_automatic(now) || now->n_addresses == 0)
		return;
	*family = *now;
	family->method = NET_METHOD_STATIC;
}

/* All that the network gave, fixed: nothing more has to be asked. */
static enum part keep_given(struct wizard *wizard)
{
	struct net_draft *draft = wizard->net.current;
	enum part part;

	draft->wanted = draft->now;
	fix_family(&draft->wanted.v4, &draft->now.v4);
	fix_family(&draft->wanted.v6, &draft->now.v6);
	network_texts_fill(&draft->texts, &draft->wanted);
	part = finish(wizard, PART_METHOD);
	wizard->hurry = part == PART_DONE;
	return part;
}

/* The method; other than a fixed address, it ends the page. */
static enum part part_method(struct wizard *wizard)
{
	bool keep;

	switch (network_ask_method(wizard, &keep)) {
	case ANSWER_EXTRA:
		(void)network_ask_ipv6(wizard);
		return PART_METHOD;
	case ANSWER_NEXT:
		break;
	case ANSWER_BACK:
	case ANSWER_WOKEN:
		return PART_CARD;
	}
	if (keep)
		return keep_given(wizard);
	if (wizard->net.current->wanted.v4.method == NET_METHOD_STATIC)
		return PART_FIELDS;
	return has_family(wizard) ? finish(wizard, PART_METHOD) : PART_METHOD;
}

/* The fields of a fixed address. */
static enum part part_fields(struct wizard *wizard)
{
	switch (network_ask_fields(wizard, AF_INET)) {
	case ANSWER_EXTRA:
		(void)network_ask_ipv6(wizard);
		return PART_FIELDS;
	case ANSWER_NEXT:
		return finish(wizard, PART_FIELDS);
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
	if (wizard->hurry)
		return PART_METHOD;
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

	wizard->hurry = false;
	while (part != PART_LEFT && part != PART_DONE && part != PART_SKIPPED)
		part = parts[part](wizard);
	if (part == PART_SKIPPED) {
		drafts_forget(&wizard->net);
		return ANSWER_EXTRA;
	}
	return part == PART_DONE ? ANSWER_NEXT : ANSWER_BACK;
}

const struct page page_network = {
	.name = "network",
	.title = N_("Network"),
	.purpose = N_("its network address: given by the network, or a fixed one"),
	.run = run,
};
