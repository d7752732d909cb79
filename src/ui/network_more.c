/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is behind "More...": one row of a table each. */

#include "i18n.h"
#include "page_network.h"
#include "safe_text.h"
#include "screen.h"
#include "util.h"

#define TEXT_MAX 1024

/* One thing that can be done. */
struct more {
	const safe_char *tag;
	const safe_char *text;
	bool (*is_offered)(const struct wizard *wizard, const char *ifname);
	enum network_next (*run)(struct wizard *wizard, const char *ifname);
};

/* -- when */

/* Is there a link that it could be about? */
static bool has_link(const struct wizard *wizard, const char *ifname)
{
	return *ifname;
}

/* May a VLAN be put on it? Not on another VLAN. */
static bool may_have_vlan(const struct wizard *wizard, const char *ifname)
{
	const struct net_draft *draft = drafts_find(&wizard->net, ifname);
	const struct link *link = netlink_link_by_name(wizard->app->nl, ifname);

	if (draft && draft->wanted.device.kind == NET_DEVICE_VLAN)
		return false;
	return *ifname && !(link && streq(link->kind, "vlan"));
}

/* Is there a choice of addresses to name? */
static bool has_several(const struct wizard *wizard, const char *ifname)
{
	const struct link *links[APP_LINKS_MAX];
	size_t total;

	(void)app_links(wizard->app, links, &total);
	return total + wizard->net.n > 1;
}

/* Is there a VLAN or bond of ours? */
static bool has_devices(const struct wizard *wizard, const char *ifname)
{
	const struct net_drafts *drafts = &wizard->net;

	for (size_t i = 0; i < drafts->n; i++)
		if (drafts->links[i]->wanted.device.kind != NET_DEVICE_EXISTING)
			return true;
	for (size_t i = 0; drafts->kept && i < drafts->kept->n_links; i++)
		if (drafts->kept->links[i].device.kind != NET_DEVICE_EXISTING &&
			!drafts_is_removed(drafts, drafts->kept->links[i].ifname))
			return true;
	return false;
}

/* Is there anything that is left alone? */
static bool has_others(const struct wizard *wizard, const char *ifname)
{
	safe_char text[TEXT_MAX];

	network_write_others(wizard, 1, text, sizeof(text));
	return *text;
}

/* -- what */

/* Time servers, MTU, routes; the address is asked for next. */
static enum network_next run_details(struct wizard *wizard, const char *ifname)
{
	struct net_draft *draft;

	if (drafts_open(&wizard->net, wizard->app, ifname, &draft) < 0)
		return NETWORK_CARDS; /* it has gone */
	wizard->net.current = draft;
	return network_ask_details(wizard) == ANSWER_NEXT ? NETWORK_METHOD : NETWORK_MORE;
}

/* A VLAN, then its address. */
static enum network_next run_vlan(struct wizard *wizard, const char *ifname)
{
	return network_ask_vlan(wizard, ifname) == ANSWER_NEXT ? NETWORK_METHOD : NETWORK_MORE;
}

/* A bond, then its address. */
static enum network_next run_bond(struct wizard *wizard, const char *ifname)
{
	return network_ask_bond(wizard, ifname) == ANSWER_NEXT ? NETWORK_METHOD : NETWORK_MORE;
}

/* The web address. */
static enum network_next run_web(struct wizard *wizard, const char *ifname)
{
	return network_ask_web(wizard) == ANSWER_NEXT ? NETWORK_DONE : NETWORK_MORE;
}

/* One device less. */
static enum network_next run_removal(struct wizard *wizard, const char *ifname)
{
	return network_ask_removal(wizard) == ANSWER_NEXT ? NETWORK_CARDS : NETWORK_MORE;
}

/* All that is there and not ours. */
static enum network_next run_others(struct wizard *wizard, const char *ifname)
{
	safe_char names[TEXT_MAX - 256], text[TEXT_MAX];

	network_write_others(wizard, 64, names, sizeof(names));
	(void)safe_format(text, sizeof(text),
		_("Also there, and left alone: these were made by other programs or by hand, and "
		  "nothing that you set here changes them.\n\n%s"),
		names);
	dialogs_message(wizard->title, text);
	return NETWORK_MORE;
}

/* May the page be left out? */
static bool may_skip(const struct wizard *wizard, const char *ifname)
{
	return wizard->place->skippable;
}

/* The network stays as it is. */
static enum network_next run_skip(struct wizard *wizard, const char *ifname)
{
	return NETWORK_SKIP;
}

static const struct more all[] = {
	{ N_("Details"), N_("routes, MTU, time servers"), has_link, run_details },
	{ N_("VLAN"), N_("own network on its cable"), may_have_vlan, run_vlan },
	{ N_("Bond"), N_("several cards as one"), has_link, run_bond },
	{ N_("Web"), N_("card in the web address"), has_several, run_web },
	{ N_("Remove"), N_("a VLAN or a bond"), has_devices, run_removal },
	{ N_("Others"), N_("what is left alone"), has_others, run_others },
	{ N_("Skip"), N_("leave the network as it is"), may_skip, run_skip },
};

/* Show what is offered; the row of all that was chosen in *ret. */
static enum answer ask(
	struct wizard *wizard, const char *ifname, size_t *selected, const struct more **ret)
{
	struct choice choices[ARRAY_SIZE(all)];
	const struct more *offered[ARRAY_SIZE(all)];
	safe_char text[SAFE_TEXT_MAX + 64];
	enum answer answer;
	size_t n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(all); i++) {
		if (!all[i].is_offered(wizard, ifname))
			continue;
		choices[n] = (struct choice){ translate(all[i].tag), translate(all[i].text) };
		offered[n++] = &all[i];
	}
	(void)safe_format(text, sizeof(text),
		_("What else shall be set up? The card chosen is %s."),
		safe_text(ifname, IFNAMSIZ).text);
	do
		answer = dialogs_menu(wizard->title, text, choices, n, _("Next"), NULL, selected);
	while (answer == ANSWER_WOKEN);
	*ret = *selected < n ? offered[*selected] : NULL;
	return answer;
}

enum network_next network_ask_more(struct wizard *wizard, const char *ifname)
{
	const struct more *more;
	size_t selected = 0;

	while (ask(wizard, ifname, &selected, &more) == ANSWER_NEXT && more) {
		enum network_next next = more->run(wizard, ifname);

		if (next != NETWORK_MORE)
			return next;
	}
	return NETWORK_CARDS;
}
