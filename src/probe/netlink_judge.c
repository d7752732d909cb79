/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which links and addresses concern a customer. */

#include <ctype.h>
#include <fnmatch.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>

#include "netlink_tables.h"
#include "util.h"

/* Hardware ("") and what stands in for it. Tunnels, dummies and taps lead to no socket in a wall.
 */
static const char *const kinds_of_customers[] = {
	"",
	"bond",
	"bridge",
	"ipvlan",
	"macsec",
	"macvlan",
	"team",
	"veth",
	"vlan",
};

/* Names that engines for containers and virtual machines give to what they make on a host. */
static const struct {
	const char *kind, *pattern;
	bool port; /* of a bridge only: a person may call a card of theirs so */
} names_of_engines[] = {
	{ "bridge", "docker*", false },
	{ "bridge",
		"br-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"
		"[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]",
		false },
	{ "bridge", "cni*", false },
	{ "bridge", "podman*", false },
	{ "bridge", "cbr0", false },
	{ "bridge", "kube-bridge", false },
	{ "bridge", "virbr*", false },
	{ "bridge", "lxcbr*", false },
	{ "bridge", "lxdbr*", false },
	{ "bridge", "incusbr*", false },
	{ "veth", "cali*", false },
	{ "veth", "lxc*", false },
	{ "veth", "ve-*", false },
	{ "veth", "vb-*", false },
	{ "veth", "veth*", true },
	{ "tun", "*", true },
};

/* Kinds that lead to a private network through another one. */
static const char *const kinds_of_tunnels[] = {
	"gre",
	"ip6gre",
	"ip6tnl",
	"ipip",
	"sit",
	"tun",
	"vti",
	"vti6",
	"wireguard",
	"xfrm",
};

/* Is kind in this list? */
static bool is_one_of(const char *kind, const char *const *kinds, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (streq(kind, kinds[i]))
			return true;
	return false;
}

/* Is link of a kind that a customer could plug a cable into? */
static bool has_customers_kind(const struct link *link)
{
	if (link->type != ARPHRD_ETHER && link->type != ARPHRD_INFINIBAND)
		return false;
	return is_one_of(link->kind, kinds_of_customers, ARRAY_SIZE(kinds_of_customers));
}

/* Was link made by an engine, for its guests? */
static bool is_engines(const struct link *link, bool port)
{
	for (size_t i = 0; i < ARRAY_SIZE(names_of_engines); i++)
		if (names_of_engines[i].port <= port &&
			streq(names_of_engines[i].kind, link->kind) &&
			fnmatch(names_of_engines[i].pattern, link->name, 0) == 0)
			return true;
	return false;
}

/* Does a bridge lead nowhere but to guests of this machine: has it neither a port that an engine
 * has not made nor the default route? */
static bool is_inner_bridge(const struct netlink *nl, const struct link *bridge)
{
	size_t n;
	const struct link *links = netlink_links(nl, &n);

	if (!streq(bridge->kind, "bridge") ||
		netlink_routes_use(nl, NETLINK_ROUTES, bridge->ifindex))
		return false;
	for (size_t i = 0; i < n; i++)
		if (links[i].master == bridge->ifindex && !is_engines(&links[i], true))
			return false;
	return true;
}

/* Is link a port, so that its addresses are its master's matter? A VRF only sorts routes. */
static bool is_port(const struct netlink *nl, const struct link *link)
{
	const struct link *master = netlink_link_by_index(nl, link->master);

	return link->master != 0 && !(master && streq(master->kind, "vrf"));
}

bool link_is_customers(const struct netlink *nl, const struct link *link)
{
	return !(link->flags & IFF_LOOPBACK) && has_customers_kind(link) &&
	       !is_engines(link, false) && !is_port(nl, link) && !is_inner_bridge(nl, link);
}

bool link_is_containers(const struct netlink *nl, const struct link *link)
{
	const struct link *master = link->master ? netlink_link_by_index(nl, link->master) : NULL;

	if (is_engines(link, is_port(nl, link)) || is_inner_bridge(nl, link))
		return true;
	return master && is_engines(master, false);
}

/* What an address is by the link that holds it. */
static enum address_kind kind_by_link(const struct netlink *nl, const struct link *link)
{
	if (link_is_containers(nl, link))
		return ADDRESS_CONTAINER;
	/* A tap has a hardware address and stands for a guest's card. */
	if (link->type != ARPHRD_ETHER &&
		(is_one_of(link->kind, kinds_of_tunnels, ARRAY_SIZE(kinds_of_tunnels)) ||
			link->type == ARPHRD_PPP))
		return ADDRESS_VPN;
	if (is_port(nl, link) || !has_customers_kind(link))
		return ADDRESS_INTERNAL;
	if (!(link->flags & IFF_UP) || !(link->flags & IFF_LOWER_UP))
		return ADDRESS_DOWN;
	return ADDRESS_USABLE;
}

/* What an address is by itself. The bit that makes an IPv6 address temporary only says of an IPv4
 * address that it is not the first in its network. */
static enum address_kind kind_by_itself(const struct address *address)
{
	bool temporary = address->ip.addr.family == AF_INET6 && (address->flags & IFA_F_TEMPORARY);

	if (ip_is_loopback(&address->ip.addr) || address->scope == RT_SCOPE_HOST)
		return ADDRESS_LOOPBACK;
	if (address->flags & IFA_F_DADFAILED)
		return ADDRESS_DUPLICATE;
	if (address->flags & IFA_F_TENTATIVE)
		return ADDRESS_TENTATIVE;
	if (ip_is_link_local(&address->ip.addr) || address->scope == RT_SCOPE_LINK)
		return ADDRESS_LINK_LOCAL;
	if (address->scope != RT_SCOPE_UNIVERSE)
		return ADDRESS_INTERNAL;
	if (temporary)
		return ADDRESS_TEMPORARY;
	return address->flags & IFA_F_DEPRECATED ? ADDRESS_DEPRECATED : ADDRESS_USABLE;
}

enum address_kind address_kind(const struct netlink *nl, const struct address *address)
{
	enum address_kind own = kind_by_itself(address), links;
	const struct link *link;

	if (own == ADDRESS_LOOPBACK || !nl->read[NETLINK_LINKS])
		return own;
	link = netlink_link_by_index(nl, address->ifindex);
	links = link ? kind_by_link(nl, link) : ADDRESS_DOWN;
	if (links == ADDRESS_USABLE || (links == ADDRESS_DOWN && own != ADDRESS_USABLE))
		return own;
	return links;
}

bool address_is_usable(const struct netlink *nl, const struct address *address)
{
	return address_kind(nl, address) == ADDRESS_USABLE;
}
