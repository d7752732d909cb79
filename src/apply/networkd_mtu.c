/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The MTU that a link has of its own: networkd sets one that a file says, and leaves it there when
 * no file says one any more. What it was is noted before it is set for the first time. */

#include "atomic_file.h"
#include "link_request.h"
#include "netlink.h"
#include "networkd_change.h"
#include "textfile.h"
#include "util.h"

#define NOTE_SIZE 64

/* Where the MTU of a link is noted. */
static const char *note_path(const char *ifname, char buf[static NOTE_SIZE])
{
	(void)snprintf(buf, NOTE_SIZE, STATEDIR "/mtu-%.15s", ifname);
	return buf;
}

/* The noted MTU of a link, 0 for none. */
static uint32_t read_note(const char *root, const char *ifname)
{
	_cleanup_free_ char *text = NULL;
	char path[NOTE_SIZE];
	unsigned long mtu;

	if (textfile_read(root, note_path(ifname, path), &text) < 0)
		return 0;
	mtu = strtoul(text, NULL, 10);
	return mtu <= UINT32_MAX ? (uint32_t)mtu : 0;
}

/* The links as they are; none are needed where no settings say an MTU. */
static int read_links(const struct net_set *set, struct netlink **ret)
{
	_cleanup_(netlink_freep) struct netlink *nl = NULL;
	bool needed = false;
	int r;

	for (size_t i = 0; i < set->n_links; i++)
		needed |= set->links[i].mtu != 0;
	if (!needed)
		return 0;
	r = netlink_new(&nl);
	if (r >= 0)
		r = netlink_read_links(nl);
	if (r < 0)
		return r;
	*ret = take_ptr(nl);
	return 1;
}

/* Do settings leave the link its own MTU? */
static bool is_own(const struct net_set *set, const char *ifname)
{
	const struct net_config *config = net_set_find(set, ifname);

	return !config || config->mtu == 0;
}

int networkd_note_mtus(const char *root, const struct net_set *from, const struct net_set *to)
{
	_cleanup_(netlink_freep) struct netlink *nl = NULL;
	int r = read_links(to, &nl);

	for (size_t i = 0; i < to->n_links && r > 0; i++) {
		const char *ifname = to->links[i].ifname;
		const struct link *link = netlink_link_by_name(nl, ifname);
		char path[NOTE_SIZE], text[16];
		int written;

		if (to->links[i].mtu == 0 || !is_own(from, ifname))
			continue;
		note_path(ifname, path);
		(void)snprintf(text, sizeof(text), "%u\n", link ? link->mtu : 0);
		written = link ? atomic_write(root, path, text, 0600) : atomic_remove(root, path);
		if (written < 0)
			return written;
	}
	return r < 0 ? r : 0;
}

int networkd_reset_mtus(const char *root, const struct net_set *from, const struct net_set *to)
{
	_cleanup_(netlink_freep) struct netlink *nl = NULL;
	int r = read_links(from, &nl), first = 0;

	for (size_t i = 0; i < from->n_links && r > 0; i++) {
		const struct net_config *config = &from->links[i];
		const struct link *link = netlink_link_by_name(nl, config->ifname);
		uint32_t mtu = config->mtu != 0 ? read_note(root, config->ifname) : 0;
		int set;

		/* Another one than what was asked for is not of our making. */
		if (mtu == 0 || !is_own(to, config->ifname) || !link || link->mtu != config->mtu)
			continue;
		set = link_request_mtu(link->ifindex, mtu);
		if (first == 0)
			first = set;
	}
	return r < 0 ? r : first;
}
