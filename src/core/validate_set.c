/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Settings of several links beside one another. */

#include "i18n.h"
#include "util.h"
#include "validate.h"
#include "validate_parts.h"

#define MTU_USUAL 1500 /* Ethernet without jumbo frames */

/* The VLAN or bond of set that has the link as a port, other than except; NULL for none. */
static const struct net_config *device_of(const struct net_set *set, const char *port,
	enum net_device_kind kind, const struct net_config *except)
{
	for (size_t i = 0; i < set->n_links; i++) {
		const struct net_config *config = &set->links[i];

		if (config == except || config->device.kind != kind)
			continue;
		for (size_t j = 0; j < config->device.n_ports; j++)
			if (streq(config->device.ports[j], port))
				return config;
	}
	return NULL;
}

/* Are the links that a bond is made of free for it? */
static bool check_bond(
	const struct net_set *set, const struct net_config *bond, struct problem *ret)
{
	const struct net_config *other;

	for (size_t i = 0; i < bond->device.n_ports; i++) {
		const char *port = bond->device.ports[i];

		if (net_set_find(set, port))
			return problem_set(ret,
				_("%s is a part of %s and cannot have settings of its own. Remove "
				  "it from %s, or remove its settings."),
				port, bond->ifname, bond->ifname);
		other = device_of(set, port, NET_DEVICE_BOND, bond);
		if (other)
			return problem_set(ret,
				_("%s cannot be a part of both %s and %s. Remove it from one of "
				  "the two."),
				port, other->ifname, bond->ifname);
		other = device_of(set, port, NET_DEVICE_VLAN, NULL);
		if (other)
			return problem_set(ret,
				_("The VLAN %s stands on %s, which is a part of %s. Let it stand "
				  "on %s."),
				other->ifname, port, bond->ifname, bond->ifname);
	}
	return true;
}

/* Is the link below a VLAN known to take packets as large? */
static bool check_vlan_mtu(
	const struct net_config *vlan, const struct net_config *parent, struct problem *ret)
{
	const char *port = vlan->device.ports[0];
	uint32_t room = parent && parent->mtu != 0 ? parent->mtu : MTU_USUAL;

	if (vlan->mtu <= room)
		return true;
	if (room == MTU_USUAL)
		return problem_set(ret,
			_("%s can have an MTU of %u only after %s below it is given one of %u or "
			  "more."),
			vlan->ifname, vlan->mtu, port, vlan->mtu);
	return problem_set(ret,
		_("%s cannot have an MTU of %u, as %s below it has %u. Type %u or less."),
		vlan->ifname, vlan->mtu, port, room, room);
}

/* Can the VLAN stand where it does? */
static bool check_vlan(
	const struct net_set *set, const struct net_config *vlan, struct problem *ret)
{
	const char *port = vlan->device.ports[0];
	const struct net_config *parent = net_set_find(set, port);

	if (parent && parent->device.kind == NET_DEVICE_VLAN)
		return problem_set(ret,
			_("%s cannot stand on %s, which is a VLAN itself. Choose a network card or "
			  "a bond."),
			vlan->ifname, port);
	if (!check_vlan_mtu(vlan, parent, ret))
		return false;
	for (const struct net_config *other = set->links; other < vlan; other++)
		if (other->device.kind == NET_DEVICE_VLAN && streq(other->device.ports[0], port) &&
			other->device.vlan_id == vlan->device.vlan_id)
			return problem_set(ret,
				_("%s and %s are both VLAN %u on %s. Remove one of the two."),
				other->ifname, vlan->ifname, vlan->device.vlan_id, port);
	return true;
}

/* Do two families have an address in common? */
static bool check_different(const struct net_config *a, const struct net_family *left,
	const struct net_config *b, const struct net_family *right, struct problem *ret)
{
	char ip[IP_TEXT_MAX];

	if (left->method != NET_METHOD_STATIC || right->method != NET_METHOD_STATIC)
		return true;
	for (size_t i = 0; i < left->n_addresses; i++)
		for (size_t j = 0; j < right->n_addresses; j++)
			if (ip_equal(&left->addresses[i].addr, &right->addresses[j].addr))
				return problem_set(ret,
					_("%s is the address of both %s and %s. Remove one of the "
					  "two."),
					ip_format(&left->addresses[i].addr, ip), a->ifname,
					b->ifname);
	return true;
}

/* Does a link go together with those before it? */
static bool check_beside(
	const struct net_set *set, const struct net_config *config, struct problem *ret)
{
	for (const struct net_config *other = set->links; other < config; other++) {
		if (streq(other->ifname, config->ifname))
			return problem_set(
				ret, _("There are settings for %s twice."), config->ifname);
		if (!check_different(other, &other->v4, config, &config->v4, ret) ||
			!check_different(other, &other->v6, config, &config->v6, ret))
			return false;
	}
	switch (config->device.kind) {
	case NET_DEVICE_EXISTING:
		return true;
	case NET_DEVICE_VLAN:
		return check_vlan(set, config, ret);
	case NET_DEVICE_BOND:
		break;
	}
	return check_bond(set, config, ret);
}

/* Is the advertised link one of them? */
static bool check_advertised(const struct net_set *set, struct problem *ret)
{
	if (strnlen(set->advertised, IFNAMSIZ) == IFNAMSIZ)
		return problem_set(ret, _("The name of the network card is too long."));
	if (*set->advertised == '\0' || net_set_find(set, set->advertised))
		return true;
	if (!validate_ifname(set->advertised, ret))
		return false;
	return problem_set(ret,
		_("%s cannot be advertised, as it is not set up here. Choose a link that is, or "
		  "none."),
		set->advertised);
}

/* Can the machine be reached over any of the links? */
static bool check_reachable(const struct net_set *set, struct problem *ret)
{
	for (size_t i = 0; i < set->n_links; i++)
		if (!validate_is_bare(&set->links[i]))
			return true;
	return set->n_links == 0 ||
	       problem_set(ret,
		       _("Without IPv4 and without IPv6, nobody could reach this machine. Turn one "
			 "of the two on."));
}

/* Is the whole of a set right? */
bool validate_net_set(const struct net_set *set, struct problem *ret)
{
	*ret = (struct problem){ 0 };
	if (set->n_links > NET_LINKS_MAX)
		return problem_set(ret, _("More than %d links do not fit."), NET_LINKS_MAX);
	for (size_t i = 0; i < set->n_links; i++)
		if (!validate_check_config(&set->links[i], ret))
			return false;
	for (size_t i = 0; i < set->n_links; i++)
		if (!check_beside(set, &set->links[i], ret))
			return false;
	return check_advertised(set, ret) && check_reachable(set, ret);
}
