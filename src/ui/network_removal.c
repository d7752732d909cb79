/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A VLAN or bond of ours that shall go. */

#include "i18n.h"
#include "page_network.h"
#include "safe_text.h"
#include "util.h"

#define DEVICES_MAX (2 * NET_LINKS_MAX)

/* What can go. */
struct devices {
	size_t n;
	char ifname[DEVICES_MAX][IFNAMSIZ];
	safe_char name[DEVICES_MAX][IFNAMSIZ];
	safe_char text[DEVICES_MAX][160];
};

/* One more, if it is one and not there yet. */
static void add(struct devices *devices, const struct net_config *config)
{
	size_t at = devices->n;

	if (config->device.kind == NET_DEVICE_EXISTING)
		return;
	for (size_t i = 0; i < devices->n; i++)
		if (streq(devices->ifname[i], config->ifname))
			return;
	(void)snprintf(devices->ifname[at], IFNAMSIZ, "%s", config->ifname);
	(void)safe_format(devices->name[at], IFNAMSIZ, "%.15s", safe_text(config->ifname, 0).text);
	network_write_device(&config->device, devices->text[at], sizeof(devices->text[at]));
	devices->n++;
}

/* All of them: asked for, and kept. */
static void read_devices(const struct net_drafts *drafts, struct devices *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (size_t i = 0; i < drafts->n; i++)
		add(ret, &drafts->links[i]->wanted);
	for (size_t i = 0; drafts->kept && i < drafts->kept->n_links; i++)
		if (!drafts_is_removed(drafts, drafts->kept->links[i].ifname))
			add(ret, &drafts->kept->links[i]);
}

/* A VLAN on a device goes with it. */
static void remove_with_vlans(struct net_drafts *drafts, const struct devices *devices, size_t at)
{
	for (size_t i = 0; i < devices->n; i++) {
		const struct net_draft *draft = drafts_find(drafts, devices->ifname[i]);
		const struct net_config *config = draft ? &draft->wanted : NULL;

		if (!config && drafts->kept)
			config = net_set_find(drafts->kept, devices->ifname[i]);
		if (config && config->device.kind == NET_DEVICE_VLAN &&
			streq(config->device.ports[0], devices->ifname[at]))
			drafts_remove(drafts, devices->ifname[i]);
	}
	drafts_remove(drafts, devices->ifname[at]);
}

enum answer network_ask_removal(struct wizard *wizard)
{
	struct choice choices[DEVICES_MAX];
	struct devices devices;
	size_t selected = 0;
	enum answer answer;

	read_devices(&wizard->net, &devices);
	for (size_t i = 0; i < devices.n; i++)
		choices[i] = (struct choice){ devices.name[i], devices.text[i] };
	do
		answer = dialogs_menu(wizard->title,
			_("Which one shall go? Nothing happens before the review."), choices,
			devices.n, _("Remove"), NULL, &selected);
	while (answer == ANSWER_WOKEN);
	if (answer == ANSWER_NEXT && selected < devices.n)
		remove_with_vlans(&wizard->net, &devices, selected);
	return answer;
}
