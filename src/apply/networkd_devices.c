/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* VLANs and bonds of ours that go: networkd makes what a .netdev says, and never removes it. */

#include <errno.h>
#include <unistd.h>

#include "link_request.h"
#include "netlink.h"
#include "network1.h"
#include "networkd_change.h"
#include "util.h"

/* How long networkd may take to notice that a device has gone. */
#define NOTICE_TRIES	 50
#define NOTICE_USEC	 20000
#define NOTICE_CALL_USEC 200000

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

/* Is config's device, whose name other knows, made of something else there? */
static bool device_is_remade(const struct net_config *config, const struct net_set *other)
{
	const struct net_config *counterpart = net_set_find(other, config->ifname);

	return config->device.kind != NET_DEVICE_EXISTING && counterpart &&
	       counterpart->device.kind != NET_DEVICE_EXISTING &&
	       !device_stays(&config->device, &counterpart->device);
}

/* Is ifname a port of a device of set that is made anew on the way to other, or on the way back? */
static bool has_remade_port(
	const struct net_set *set, const struct net_set *other, const char *ifname)
{
	for (size_t i = 0; i < set->n_links; i++) {
		const struct net_config *config = &set->links[i];
		const struct net_config *counterpart = net_set_find(other, config->ifname);

		for (size_t j = 0; j < config->device.n_ports; j++)
			if (streq(config->device.ports[j], ifname) &&
				(device_is_remade(config, other) ||
					(counterpart && device_is_remade(counterpart, set))))
				return true;
	}
	return false;
}

bool networkd_port_is_remade(const struct apply_change *change, const char *ifname)
{
	return has_remade_port(change->old, change->new, ifname) ||
	       has_remade_port(change->new, change->old, ifname);
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
	return which == NETWORKD_DROP_REMADE && device_is_remade(config, to);
}

/* Wait until networkd has noticed that a device has gone: it makes none anew that it takes for
 * there.
 */
static void await_networkd(sd_bus *bus, int ifindex)
{
	for (int i = 0; i < NOTICE_TRIES; i++) {
		int r = network1_ask(bus, "GetLinkByIndex", ifindex, NOTICE_CALL_USEC, NULL);

		/* It does not know the link, or does not run; or it is only slow. */
		if (r < 0 && r != -ETIMEDOUT)
			return;
		(void)usleep(NOTICE_USEC);
	}
}

/* Remove the device of config. */
static int drop_device(sd_bus *bus, const struct netlink *nl, const struct net_config *config)
{
	const struct link *link = netlink_link_by_name(nl, config->ifname);
	int r;

	if (!link || !streq(link->kind, kinds[config->device.kind]))
		return 0;
	r = link_request_removal(link->ifindex);
	if (r >= 0)
		await_networkd(bus, link->ifindex);
	return r;
}

/* Make a VLAN anew: as long as networkd runs it would make one of this name as it was. It takes one
 * that is there for its own. */
static int make_vlan(const struct netlink *nl, const struct net_config *config)
{
	const struct link *parent = netlink_link_by_name(nl, config->device.ports[0]);

	return parent ? link_request_vlan(config->ifname, parent->ifindex, config->device.vlan_id)
		      : 0;
}

/* Remove what goes, and make the VLANs that are remade. */
static int replace_devices(sd_bus *bus, const struct netlink *nl, const struct net_set *from,
	const struct net_set *to, enum networkd_drop which)
{
	int r = 0;

	/* Devices stand behind what they are made of. */
	for (size_t i = from->n_links; i-- > 0 && r >= 0;)
		if (device_goes(&from->links[i], to, which))
			r = drop_device(bus, nl, &from->links[i]);
	for (size_t i = 0; i < to->n_links && r >= 0; i++)
		if (which == NETWORKD_DROP_REMADE && to->links[i].device.kind == NET_DEVICE_VLAN &&
			device_is_remade(&to->links[i], from))
			r = make_vlan(nl, &to->links[i]);
	return r;
}

int networkd_drop_devices(
	sd_bus *bus, const struct net_set *from, const struct net_set *to, enum networkd_drop which)
{
	_cleanup_(netlink_freep) struct netlink *nl = NULL;
	bool any = false;
	int r;

	for (size_t i = 0; i < from->n_links; i++)
		any = any || device_goes(&from->links[i], to, which);
	if (!any)
		return 0;
	r = netlink_new(&nl);
	if (r >= 0)
		r = netlink_read_links(nl);
	return r < 0 ? r : replace_devices(bus, nl, from, to, which);
}
