/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Network settings into a message of the bus. */

#include "netwire.h"

/* An address as bytes; none as no bytes. */
static int append_address(sd_bus_message *message, const struct ip_addr *addr)
{
	return sd_bus_message_append_array(message, 'y', addr->bytes, ip_size(addr->family));
}

/* NETWIRE_DEVICE */
static int append_device(sd_bus_message *message, const struct net_device *device)
{
	int r;

	r = sd_bus_message_open_container(message, 'r', NETWIRE_DEVICE_FIELDS);
	if (r >= 0)
		r = sd_bus_message_append(message, "y", (uint8_t)device->kind);
	if (r >= 0)
		r = sd_bus_message_open_container(message, 'a', "s");
	for (size_t i = 0; i < device->n_ports && r >= 0; i++)
		r = sd_bus_message_append(message, "s", device->ports[i]);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	if (r >= 0)
		r = sd_bus_message_append(
			message, "qy", device->vlan_id, (uint8_t)device->bond_mode);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* The addresses of one family with their prefix lengths. */
static int append_prefixes(sd_bus_message *message, const struct net_family *family)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', "(ayy)");
	for (size_t i = 0; i < family->n_addresses && r >= 0; i++) {
		r = sd_bus_message_open_container(message, 'r', "ayy");
		if (r >= 0)
			r = append_address(message, &family->addresses[i].addr);
		if (r >= 0)
			r = sd_bus_message_append(message, "y", family->addresses[i].length);
		if (r >= 0)
			r = sd_bus_message_close_container(message);
	}
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* NETWIRE_FAMILY */
static int append_family(sd_bus_message *message, const struct net_family *family)
{
	int r;

	r = sd_bus_message_open_container(message, 'r', NETWIRE_FAMILY_FIELDS);
	if (r >= 0)
		r = sd_bus_message_append(message, "y", (uint8_t)family->method);
	if (r >= 0)
		r = append_prefixes(message, family);
	if (r >= 0)
		r = append_address(message, &family->gateway);
	if (r >= 0)
		r = sd_bus_message_append(message, "b", (int)family->gateway_onlink);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* Name servers. */
static int append_dns(sd_bus_message *message, const struct net_config *config)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', "ay");
	for (size_t i = 0; i < config->n_dns && r >= 0; i++)
		r = append_address(message, &config->dns[i]);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* Domains, or time servers. */
static int append_names(sd_bus_message *message, const char (*names)[DOMAIN_MAX], size_t n)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', "s");
	for (size_t i = 0; i < n && r >= 0; i++)
		r = sd_bus_message_append(message, "s", names[i]);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* Routes besides the default one. */
static int append_routes(sd_bus_message *message, const struct net_config *config)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', NETWIRE_ROUTE);
	for (size_t i = 0; i < config->n_routes && r >= 0; i++) {
		const struct net_route *route = &config->routes[i];

		r = sd_bus_message_open_container(message, 'r', NETWIRE_ROUTE_FIELDS);
		if (r >= 0)
			r = append_address(message, &route->destination.addr);
		if (r >= 0)
			r = sd_bus_message_append(message, "y", route->destination.length);
		if (r >= 0)
			r = append_address(message, &route->gateway);
		if (r >= 0)
			r = sd_bus_message_append(message, "u", route->metric);
		if (r >= 0)
			r = sd_bus_message_close_container(message);
	}
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* NETWIRE_LINK */
static int append_link(sd_bus_message *message, const struct net_config *config, int ifindex)
{
	int r;

	r = sd_bus_message_open_container(message, 'r', NETWIRE_LINK_FIELDS);
	if (r >= 0)
		r = sd_bus_message_append(message, "is", ifindex, config->ifname);
	if (r >= 0)
		r = append_device(message, &config->device);
	if (r >= 0)
		r = append_family(message, &config->v4);
	if (r >= 0)
		r = append_family(message, &config->v6);
	if (r >= 0)
		r = append_dns(message, config);
	if (r >= 0)
		r = append_names(message, config->domains, config->n_domains);
	if (r >= 0)
		r = append_names(message, config->ntp, config->n_ntp);
	if (r >= 0)
		r = sd_bus_message_append(message, "u", config->mtu);
	if (r >= 0)
		r = append_routes(message, config);
	if (r >= 0)
		r = sd_bus_message_append(
			message, "bb", (int)config->dhcp_by_mac, (int)config->dhcp_anonymous);
	return r < 0 ? r : sd_bus_message_close_container(message);
}

/* Append a set. */
int netwire_append(sd_bus_message *message, const struct net_set *set, const int *ifindexes)
{
	int r;

	r = sd_bus_message_open_container(message, 'a', NETWIRE_LINK);
	for (size_t i = 0; i < set->n_links && r >= 0; i++)
		r = append_link(message, &set->links[i], ifindexes ? ifindexes[i] : 0);
	if (r >= 0)
		r = sd_bus_message_close_container(message);
	if (r >= 0)
		r = sd_bus_message_append(message, "s", set->advertised);
	return r < 0 ? r : 0;
}
