/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_links.h"

#include <errno.h>

#include "util.h"

bool nm_role_is_none(const struct nm_role *role)
{
	return !role->config && !role->master;
}

bool nm_role_is_virtual(const struct nm_role *role)
{
	return role->config && role->config->device.kind != NET_DEVICE_EXISTING;
}

/* The entry of this link, made where there is none. */
static struct nm_link *get(struct nm_links *links, const char *ifname)
{
	struct nm_link *grown;

	for (size_t i = 0; i < links->n_links; i++)
		if (streq(links->links[i].ifname, ifname))
			return &links->links[i];
	grown = reallocarray(links->links, links->n_links + 1, sizeof(*grown));
	if (!grown)
		return NULL;
	links->links = grown;
	grown += links->n_links++;
	*grown = (struct nm_link){ 0 };
	(void)snprintf(grown->ifname, sizeof(grown->ifname), "%s", ifname);
	nm_profile_uuid(ifname, grown->uuid);
	return grown;
}

/* Note what a link is to be in one of the sets. */
static int put(struct nm_links *links, const char *ifname, bool new, const struct nm_role *role)
{
	struct nm_link *link = get(links, ifname);

	if (!link)
		return -ENOMEM;
	*(new ? &link->new : &link->old) = *role;
	return nm_role_digest(ifname, role, new ? link->new_digest : link->old_digest);
}

/* A link, and the ports that it takes. */
static int put_config(struct nm_links *links, const struct net_config *config, bool new)
{
	const struct net_device *device = &config->device;
	int r = put(links, config->ifname, new, &(struct nm_role){ .config = config });

	if (device->kind != NET_DEVICE_BOND)
		return r;
	for (size_t i = 0; i < device->n_ports && r == 0; i++)
		r = put(links, device->ports[i], new,
			&(struct nm_role){ .master = config->ifname });
	return r;
}

/* A set; VLANs last, since they stand on the others. */
static int put_set(struct nm_links *links, const struct net_set *set, bool new)
{
	int r = 0;

	for (int vlans = 0; vlans <= 1; vlans++)
		for (size_t i = 0; i < set->n_links && r == 0; i++)
			if ((set->links[i].device.kind == NET_DEVICE_VLAN) == vlans)
				r = put_config(links, &set->links[i], new);
	return r;
}

/* What becomes of a link that leaves the set and had no profile before ours. */
static int put_automatic(struct nm_link *link)
{
	if (!nm_role_is_none(&link->new) || nm_role_is_virtual(&link->old))
		return 0;
	link->automatic = calloc(1, sizeof(*link->automatic));
	if (!link->automatic)
		return -ENOMEM;
	net_config_init(link->automatic, link->ifname);
	return 0;
}

int nm_links_make(const struct apply_change *change, struct nm_links *ret)
{
	int r;

	*ret = (struct nm_links){ 0 };
	r = put_set(ret, change->new, true);
	if (r == 0)
		r = put_set(ret, change->old, false);
	for (size_t i = 0; i < ret->n_links && r == 0; i++) {
		ret->links[i].again = net_set_equal(change->old, change->new);
		r = put_automatic(&ret->links[i]);
	}
	if (r < 0)
		nm_links_done(ret);
	return r;
}

void nm_links_done(struct nm_links *links)
{
	for (size_t i = 0; i < links->n_links; i++) {
		struct nm_link *link = &links->links[i];

		free(link->automatic);
		free(link->profile);
		free(link->previous_profile);
		free(link->device);
		free(link->active);
		free(link->activation);
	}
	free(links->links);
	*links = (struct nm_links){ 0 };
}
