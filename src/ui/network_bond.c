/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A bond: its cards, and how they work together. Its address is asked for as that of any card. */

#include "i18n.h"
#include "linkhw.h"
#include "page_network.h"
#include "safe_text.h"
#include "status.h"
#include "util.h"

/* Cards that can be ticked. */
struct ports {
	size_t n;
	char ifname[APP_LINKS_MAX][IFNAMSIZ];
	safe_char name[APP_LINKS_MAX][IFNAMSIZ], text[APP_LINKS_MAX][64];
	bool ticked[APP_LINKS_MAX];
};

/* Is it one of the device's ports? */
static bool is_port_of(const struct net_device *device, const char *ifname)
{
	for (size_t i = 0; i < device->n_ports; i++)
		if (streq(device->ports[i], ifname))
			return true;
	return false;
}

/* Can the link be a port: a card, and nobody else's? */
static bool is_eligible(
	const struct wizard *wizard, const struct net_draft *bond, const struct link *link)
{
	const struct link *master = netlink_link_by_index(wizard->app->nl, link->master);
	const char *taken = drafts_bond_of(&wizard->net, link->name);

	if (bond && is_port_of(&bond->wanted.device, link->name))
		return true;
	if (taken || (*link->kind && !streq(link->kind, "veth")))
		return false;
	return link_is_customers(wizard->app->nl, link) ||
	       (master && drafts_is_removed(&wizard->net, master->name));
}

/* All cards that can be; those that were ticked before are again. */
static void read_ports(const struct wizard *wizard, const struct net_draft *bond,
	const struct net_device *device, struct ports *ret)
{
	size_t n;
	const struct link *links = netlink_links(wizard->app->nl, &n);
	safe_char state[32], mac[24];

	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < n && ret->n < APP_LINKS_MAX; i++) {
		size_t at = ret->n;

		if (!is_eligible(wizard, bond, &links[i]))
			continue;
		status_format_state(&links[i], state, sizeof(state));
		status_format_mac(&links[i], mac, sizeof(mac));
		(void)snprintf(ret->ifname[at], IFNAMSIZ, "%s", links[i].name);
		(void)safe_format(
			ret->name[at], IFNAMSIZ, "%.15s", safe_text(links[i].name, 0).text);
		(void)safe_format(ret->text[at], sizeof(ret->text[at]), "%s  %s", mac, state);
		ret->ticked[at] = is_port_of(device, links[i].name);
		ret->n++;
	}
}

/* Take the ticked ones. False: there are too few or too many. */
static bool take_ports(const struct ports *ports, struct net_device *device)
{
	device->n_ports = 0;
	memset(device->ports, 0, sizeof(device->ports));
	for (size_t i = 0; i < ports->n; i++) {
		if (!ports->ticked[i])
			continue;
		if (device->n_ports == NET_PORTS_MAX)
			return false;
		memcpy(device->ports[device->n_ports++], ports->ifname[i], IFNAMSIZ);
	}
	return device->n_ports >= 2;
}

/* Ask for the cards until there are enough. */
static enum answer ask_ports(struct wizard *wizard, struct ports *ports, struct net_device *device)
{
	struct choice choices[APP_LINKS_MAX];
	bool good;

	for (size_t i = 0; i < ports->n; i++)
		choices[i] = (struct choice){ ports->name[i], ports->text[i] };
	for (;;) {
		enum answer answer = dialogs_checklist(wizard->title,
			_("Which cards shall work as one (a bond)? The space bar ticks a card, "
			  "Enter goes on."),
			choices, ports->n, _("Next"), ports->ticked);

		if (answer == ANSWER_WOKEN)
			continue;
		good = take_ports(ports, device);
		if (answer == ANSWER_BACK || good)
			return answer;
		dialogs_message(wizard->title,
			device->n_ports < 2
				? _("A bond has at least two cards. Tick them with the space bar.")
				: _("A bond has at most eight cards. Take some ticks away."));
	}
}

/* How they work together, in the order of enum net_bond_mode. */
static enum answer ask_mode(struct wizard *wizard, struct net_device *device)
{
	const struct choice choices[] = {
		{ _("Standby"), _("one works, others wait (active-backup)") },
		{ _("LACP"), _("the switch must know (802.3ad)") },
		{ _("Balance"), _("spread without the switch (balance-alb)") },
	};
	size_t selected = device->bond_mode;
	enum answer answer;

	do
		answer = dialogs_menu(wizard->title,
			_("How do the cards work together? The first way fits every switch."),
			choices, ARRAY_SIZE(choices), _("Next"), NULL, &selected);
	while (answer == ANSWER_WOKEN);
	device->bond_mode = (enum net_bond_mode)selected;
	return answer;
}

/* A name that nothing has yet. */
static void write_name(const struct wizard *wizard, char ret[static IFNAMSIZ])
{
	unsigned i = 0;

	do
		(void)snprintf(ret, IFNAMSIZ, "bond%u", i++);
	while (netlink_link_by_name(wizard->app->nl, ret) || drafts_find(&wizard->net, ret));
}

/* The settings that the bond begins with: those of the first of its cards that has addresses. */
static const struct net_draft *find_model(struct wizard *wizard, const struct net_device *device)
{
	struct net_draft *draft, *found = NULL;

	for (size_t i = 0; i < device->n_ports; i++) {
		if (drafts_open(&wizard->net, wizard->app, device->ports[i], &draft) < 0)
			continue;
		if (!found ||
			(found->wanted.v4.n_addresses == 0 && draft->wanted.v4.n_addresses > 0))
			found = draft;
	}
	return found;
}

/* Put what was chosen into the bond's draft. */
static bool take(struct wizard *wizard, struct net_draft *bond, const struct net_device *device)
{
	char name[IFNAMSIZ];

	if (!bond) {
		write_name(wizard, name);
		if (drafts_add(&wizard->net, name, device, find_model(wizard, device), &bond) < 0)
			return false;
	}
	bond->wanted.device = *device;
	wizard->net.current = bond;
	return true;
}

/* The bond that was chosen in the list, to be changed; NULL: a new one. */
static struct net_draft *find_bond(struct wizard *wizard, const char *ifname)
{
	struct net_draft *draft;

	if (drafts_open(&wizard->net, wizard->app, ifname, &draft) < 0 ||
		draft->wanted.device.kind != NET_DEVICE_BOND)
		return NULL;
	return draft;
}

enum answer network_ask_bond(struct wizard *wizard, const char *ifname)
{
	struct net_draft *bond = find_bond(wizard, ifname);
	struct net_device *device = &wizard->net.bond;
	struct ports ports;

	if (bond)
		*device = bond->wanted.device;
	device->kind = NET_DEVICE_BOND;
	read_ports(wizard, bond, device, &ports);
	if (ports.n < 2) {
		dialogs_message(wizard->title,
			_("A bond needs at least two network cards that nothing else uses. This "
			  "machine does not have them."));
		return ANSWER_BACK;
	}
	while (ask_ports(wizard, &ports, device) == ANSWER_NEXT) {
		if (ask_mode(wizard, device) != ANSWER_NEXT)
			continue;
		if (take(wizard, bond, device)) {
			*device = (struct net_device){ 0 };
			return ANSWER_NEXT;
		}
		dialogs_message(wizard->title, _("There is no room for another bond."));
	}
	return ANSWER_BACK;
}
