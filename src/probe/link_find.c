/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "link_find.h"

#include <net/ethernet.h>
#include <net/if_arp.h>
#include <netinet/ether.h>

#include "linkhw.h"
#include "util.h"

/* Is it a card, or a virtual machine's or container's stand-in for one? */
static bool is_card(const struct netlink *nl, const struct link *link)
{
	static const char *const made[] = { "vlan", "bond", "bridge", "macvlan", "dummy" };

	for (size_t i = 0; i < ARRAY_SIZE(made); i++)
		if (streq(link->kind, made[i]))
			return false;
	return link->type == ARPHRD_ETHER && !(link->flags & IFF_LOOPBACK);
}

/* The first card; a port of a bond is still one. */
static const struct link *find_first(const struct netlink *nl)
{
	size_t n;
	const struct link *links = netlink_links(nl, &n);

	for (size_t i = 0; i < n; i++)
		if (is_card(nl, &links[i]) && !link_is_containers(nl, &links[i]))
			return &links[i];
	return NULL;
}

/* The card that was made with this address; else the one that has it now. */
static const struct link *find_mac(const struct netlink *nl, const struct ether_addr *mac)
{
	const struct link *found = NULL;
	size_t n;
	const struct link *links = netlink_links(nl, &n);

	for (size_t i = 0; i < n; i++) {
		uint8_t permanent[ETH_ALEN];

		if (!is_card(nl, &links[i]))
			continue;
		if (linkhw_read_mac(links[i].name, permanent) &&
			memcmp(permanent, mac, ETH_ALEN) == 0)
			return &links[i];
		if (!found && links[i].mac_len == ETH_ALEN &&
			memcmp(links[i].mac, mac, ETH_ALEN) == 0)
			found = &links[i];
	}
	return found;
}

const struct link *link_find(const struct netlink *nl, const char *text)
{
	struct ether_addr mac;
	const struct link *link;

	if (streq(text, "first"))
		return find_first(nl);
	if (ether_aton_r(text, &mac))
		return find_mac(nl, &mac);
	link = netlink_link_by_name(nl, text);
	/* The kernel knows the other names. */
	return link ? link : netlink_link_by_index(nl, (int)if_nametoindex(text));
}
