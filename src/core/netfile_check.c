/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Does a file of ours say what was meant, nothing less and nothing more? */

#include <errno.h>

#include "netfile_parts.h"
#include "util.h"

/* The methods that the lines stand for, none of which says them. False: the lines contradict each
 * other. */
static bool conclude_methods(struct netfile_said *said)
{
	struct net_config *config = &said->config;
	bool both = streq(said->dhcp, "yes");
	bool fixed4 = config->v4.n_addresses > 0 || config->v4.gateway.family != AF_UNSPEC;

	config->v4.method = both || streq(said->dhcp, "ipv4") ? NET_METHOD_AUTO
			    : fixed4			      ? NET_METHOD_STATIC
							      : NET_METHOD_OFF;
	if (both || streq(said->dhcp, "ipv6"))
		config->v6.method = NET_METHOD_DHCP;
	else if (said->routers)
		config->v6.method = NET_METHOD_AUTO;
	else
		config->v6.method = said->local6 ? NET_METHOD_STATIC : NET_METHOD_OFF;
	return said->local6 == (config->v6.method != NET_METHOD_OFF);
}

/* Does it name the VLANs of the link, in their order? */
static bool has_vlans(const struct netfile_said *said, const struct netfile_link *link)
{
	size_t n = 0;

	for (size_t i = 0; i < link->set->n_links; i++) {
		const struct net_config *vlan = &link->set->links[i];

		if (vlan->device.kind != NET_DEVICE_VLAN ||
			!streq(vlan->device.ports[0], link->ifname))
			continue;
		if (n == said->n_vlans || !streq(said->vlans[n++], vlan->ifname))
			return false;
	}
	return n == said->n_vlans;
}

int netfile_check_network(const char *text, const struct netfile_link *link)
{
	_cleanup_free_ struct netfile_said *said = calloc(1, sizeof(*said));
	_cleanup_free_ struct net_config *meant = calloc(1, sizeof(*meant));
	int r;

	if (!said || !meant)
		return -ENOMEM;
	r = netfile_read(text, said);
	if (r < 0)
		return r;
	if (!conclude_methods(said))
		return -EINVAL;
	if (link->config)
		*meant = *link->config;
	(void)strcpy(meant->ifname, link->ifname);
	/* What stands in other files, and what is no line but where it matters. */
	meant->device = (struct net_device){ 0 };
	meant->dhcp_by_mac = meant->dhcp_anonymous = false;
	if (meant->v4.method == NET_METHOD_STATIC && meant->v4.n_addresses == 0 &&
		meant->v4.gateway.family == AF_UNSPEC)
		meant->v4.method = NET_METHOD_OFF;
	return said->n_matches == 1 && said->n_networks == 1 &&
			       net_config_equal(&said->config, meant) &&
			       streq(said->bond, link->bond ? link->bond : "") &&
			       has_vlans(said, link)
		       ? 0
		       : -EINVAL;
}

int netfile_check_netdev(const char *text, const struct net_config *config)
{
	_cleanup_free_ struct netfile_said *said = calloc(1, sizeof(*said));
	const struct net_device *device = &config->device, *made;
	int r;

	if (!said)
		return -ENOMEM;
	r = netfile_read(text, said);
	if (r < 0)
		return r;
	made = &said->config.device;
	return said->n_matches == 1 && said->n_networks == 0 &&
			       streq(said->config.ifname, config->ifname) &&
			       made->kind == device->kind &&
			       (made->kind != NET_DEVICE_VLAN ||
				       made->vlan_id == device->vlan_id) &&
			       (made->kind != NET_DEVICE_BOND ||
				       made->bond_mode == device->bond_mode)
		       ? 0
		       : -EINVAL;
}
