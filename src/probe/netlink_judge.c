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
} names_of_engines[] = {
	{ "bridge", "docker*" },
	{ "bridge", "br-[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]"
		    "[0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f][0-9a-f]" },
	{ "bridge", "cni*" },
	{ "bridge", "podman*" },
	{ "bridge", "cbr0" },
	{ "bridge", "kube-bridge" },
	{ "bridge", "virbr*" },
	{ "bridge", "lxcbr*" },
	{ "bridge", "lxdbr*" },
	{ "bridge", "incusbr*" },
	{ "veth", "cali*" },
	{ "veth", "lxc*" },
	{ "veth", "ve-*" },
	{ "veth", "vb-*" },
};

/* How the names of their guests' ends of cables begin, in whatever bridge. */
static const char *const names_of_guests[] = { "veth", "vnet", "tap" };

/* Is link of a kind that a customer could plug a cable into? */
static bool has_customers_kind(const struct link *link)
{
	if (link->type != ARPHRD_ETHER && link->type != ARPHRD_INFINIBAND)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(kinds_of_customers); i++)
		if (streq(kinds_of_customers[i], link->kind))
			return true;
	return false;
}

/* Was link made by an engine, for its guests? */
static bool has_engines_name(const struct link *link)
{
	for (size_t i = 0; i < ARRAY_SIZE(names_of_engines); i++)
		if (streq(names_of_engines[i].kind, link->kind) &&
			fnmatch(names_of_engines[i].pattern, link->name, 0) == 0)
			return true;
	return false;
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
	       !has_engines_name(link) && !is_port(nl, link);
}

bool link_is_containers(const struct netlink *nl, const struct link *link)
{
	const struct link *master;

	if (has_engines_name(link))
		return true;
	master = link->master ? netlink_link_by_index(nl, link->master) : NULL;
	if (!master || !streq(master->kind, "bridge"))
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(names_of_guests); i++)
		if (strncmp(link->name, names_of_guests[i], strlen(names_of_guests[i])) == 0)
			return true;
	return has_engines_name(master);
}

/* Does the kernel keep the address for use now and later? The bit that makes an IPv6 address
 * temporary only says of an IPv4 address that it is not the first in its network. */
static bool is_lasting(const struct address *address)
{
	unsigned unusable = IFA_F_TENTATIVE | IFA_F_DADFAILED | IFA_F_DEPRECATED;

	if (address->ip.addr.family == AF_INET6)
		unusable |= IFA_F_TEMPORARY;
	return !(address->flags & unusable);
}

bool address_is_usable(const struct netlink *nl, const struct address *address)
{
	const struct link *link;

	if (address->scope != RT_SCOPE_UNIVERSE || !is_lasting(address))
		return false;
	if (ip_is_link_local(&address->ip.addr) || ip_is_loopback(&address->ip.addr))
		return false;
	if (!nl->read[NETLINK_LINKS])
		return true;
	link = netlink_link_by_index(nl, address->ifindex);
	return link && link_is_customers(nl, link) && (link->flags & IFF_UP) &&
	       (link->flags & IFF_LOWER_UP);
}
