/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VLANs and bonds of ours that go: networkd makes what a .netdev says, and never removes it. */

#include "link_request.h"
#include "netlink.h"
#include "networkd_change.h"
#include "util.h"

/* What the kernel calls each kind. */
static const char *const kinds[] = {
	[NET_DEVICE_EXISTING] = NULL,
	[NET_DEVICE_VLAN] = "vlan",
	[NET_DEVICE_BOND] = "bond",
};

/* Are both made in the same way? One port more can be taken in by a bond that is there; fewer, or
 * another parent, cannot. */
static bool device_stays(const struct net_device *from, const struct net_device *to)
{
	if (from->kind != to->kind || from->vlan_id != to->vlan_id ||
		from->bond_mode != to->bond_mode)
		return false;
	for (size_t i = 0; i < from->n_ports; i++) {
		bool found = false;

		for (size_t j = 0; j < to->n_ports; j++)
			found = found || streq(from->ports[i], to->ports[j]);
		if (!found)
			return false;
	}
	return true;
}

bool networkd_device_is_remade(const struct net_config *config, const struct net_set *other)
{
	const struct net_config *counterpart = net_set_find(other, config->ifname);

	return config->device.kind != NET_DEVICE_EXISTING && counterpart &&
	       counterpart->device.kind != NET_DEVICE_EXISTING &&
	       !device_stays(&config->device, &counterpart->device);
}

/* Must the device of config go? */
static bool device_goes(
	const struct net_config *config, const struct net_set *to, enum networkd_drop which)
{
	const struct net_config *other = net_set_find(to, config->ifname);

	if (config->device.kind == NET_DEVICE_EXISTING)
		return false;
	if (!other || other->device.kind == NET_DEVICE_EXISTING)
		return true;
	return which == NETWORKD_DROP_REMADE && networkd_device_is_remade(config, to);
}

int networkd_drop_devices(
	const struct net_set *from, const struct net_set *to, enum networkd_drop which)
{
	_cleanup_(netlink_freep) struct netlink *nl = NULL;
	int r = 0;

	/* Devices stand behind what they are made of. */
	for (size_t i = from->n_links; i-- > 0 && r >= 0;) {
		const struct net_config *config = &from->links[i];
		const struct link *link;

		if (!device_goes(config, to, which))
			continue;
		if (!nl) {
			r = netlink_new(&nl);
			if (r >= 0)
				r = netlink_read_links(nl);
			if (r < 0)
				return r;
		}
		link = netlink_link_by_name(nl, config->ifname);
		if (link && streq(link->kind, kinds[config->device.kind]))
			r = link_request_removal(link->ifindex);
	}
	return r;
}
