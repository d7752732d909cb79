/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Network settings out of a message of the bus. */

#include <errno.h>

#include "netwire.h"
#include "util.h"

/* Take one item of an array. */
typedef int (*read_item_fn)(sd_bus_message *message, void *into);

/* An array, whatever its items are. */
static int read_array(
	sd_bus_message *message, const char *contents, read_item_fn read_item, void *into)
{
	int r;

	r = sd_bus_message_enter_container(message, 'a', contents);
	if (r < 0)
		return r;
	while ((r = sd_bus_message_at_end(message, false)) == 0) {
		r = read_item(message, into);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* An address of this family, of either if that is AF_UNSPEC; none where optional. */
static int read_address(sd_bus_message *message, int af, bool optional, struct ip_addr *ret)
{
	const void *bytes;
	size_t n;
	int r;

	r = sd_bus_message_read_array(message, 'y', &bytes, &n);
	if (r < 0)
		return r;
	if (!ip_from_bytes(bytes, n, ret))
		return n == 0 && optional ? 0 : -EBADMSG;
	return af == AF_UNSPEC || af == ret->family ? 0 : -EBADMSG;
}

/* An address with its prefix length. */
static int read_prefix(sd_bus_message *message, int af, struct ip_prefix *ret)
{
	int r;

	r = read_address(message, af, false, &ret->addr);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "y", &ret->length);
	if (r < 0)
		return r;
	return ret->length > 8 * ip_size(ret->addr.family) ? -EBADMSG : 0;
}

/* A number that an enum has. */
static int read_enum(sd_bus_message *message, unsigned last, unsigned *ret)
{
	uint8_t value;
	int r;

	r = sd_bus_message_read(message, "y", &value);
	if (r < 0)
		return r;
	*ret = value;
	return value > last ? -EBADMSG : 0;
}

/* A text that fits into size bytes. */
static int read_name(sd_bus_message *message, char *ret, size_t size)
{
	const char *name;
	int r;

	r = sd_bus_message_read(message, "s", &name);
	if (r < 0)
		return r;
	if (strlen(name) >= size)
		return -EBADMSG;
	memcpy(ret, name, strlen(name) + 1);
	return 0;
}

/* One link that a device is made of. */
static int read_port(sd_bus_message *message, void *into)
{
	struct net_device *device = into;

	if (device->n_ports == NET_PORTS_MAX)
		return -EBADMSG;
	return read_name(message, device->ports[device->n_ports++], IFNAMSIZ);
}

/* NETWIRE_DEVICE */
static int read_device(sd_bus_message *message, struct net_device *device)
{
	unsigned kind, mode;
	int r;

	r = sd_bus_message_enter_container(message, 'r', NETWIRE_DEVICE_FIELDS);
	if (r < 0)
		return r;
	r = read_enum(message, NET_DEVICE_BOND, &kind);
	if (r < 0)
		return r;
	r = read_array(message, "s", read_port, device);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "q", &device->vlan_id);
	if (r < 0)
		return r;
	r = read_enum(message, NET_BOND_BALANCE_ALB, &mode);
	if (r < 0)
		return r;
	device->kind = (enum net_device_kind)kind;
	device->bond_mode = (enum net_bond_mode)mode;
	return sd_bus_message_exit_container(message);
}

/* What one family's addresses are read into. */
struct family_reader {
	struct net_family *family;
	int af;
};

/* One address of a family. */
static int read_family_address(sd_bus_message *message, void *into)
{
	struct family_reader *reader = into;
	struct net_family *family = reader->family;
	int r;

	if (family->n_addresses == NET_ADDRESSES_MAX)
		return -EBADMSG;
	r = sd_bus_message_enter_container(message, 'r', "ayy");
	if (r < 0)
		return r;
	r = read_prefix(message, reader->af, &family->addresses[family->n_addresses++]);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* NETWIRE_FAMILY */
static int read_family(sd_bus_message *message, int af, struct net_family *family)
{
	struct family_reader reader = { family, af };
	unsigned method;
	int onlink, r;

	r = sd_bus_message_enter_container(message, 'r', NETWIRE_FAMILY_FIELDS);
	if (r < 0)
		return r;
	r = read_enum(message, NET_METHOD_DHCP, &method);
	if (r < 0)
		return r;
	r = read_array(message, "(ayy)", read_family_address, &reader);
	if (r < 0)
		return r;
	r = read_address(message, af, true, &family->gateway);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "b", &onlink);
	if (r < 0)
		return r;
	family->method = (enum net_method)method;
	family->gateway_onlink = onlink;
	return sd_bus_message_exit_container(message);
}

/* One name server. */
static int read_dns(sd_bus_message *message, void *into)
{
	struct net_config *config = into;

	if (config->n_dns == NET_DNS_MAX)
		return -EBADMSG;
	return read_address(message, AF_UNSPEC, false, &config->dns[config->n_dns++]);
}

/* One search domain. */
static int read_domain(sd_bus_message *message, void *into)
{
	struct net_config *config = into;

	if (config->n_domains == NET_DOMAINS_MAX)
		return -EBADMSG;
	return read_name(message, config->domains[config->n_domains++], DOMAIN_MAX);
}

/* One time server. */
static int read_ntp(sd_bus_message *message, void *into)
{
	struct net_config *config = into;

	if (config->n_ntp == NET_NTP_MAX)
		return -EBADMSG;
	return read_name(message, config->ntp[config->n_ntp++], DOMAIN_MAX);
}

/* One route. */
static int read_route(sd_bus_message *message, void *into)
{
	struct net_config *config = into;
	struct net_route *route;
	int r;

	if (config->n_routes == NET_ROUTES_MAX)
		return -EBADMSG;
	route = &config->routes[config->n_routes++];
	r = sd_bus_message_enter_container(message, 'r', NETWIRE_ROUTE_FIELDS);
	if (r < 0)
		return r;
	r = read_prefix(message, AF_UNSPEC, &route->destination);
	if (r < 0)
		return r;
	r = read_address(message, route->destination.addr.family, true, &route->gateway);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "u", &route->metric);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* Everything of a link from its name servers on. */
static int read_services(sd_bus_message *message, struct net_config *config)
{
	int by_mac, anonymous, r;

	r = read_array(message, "ay", read_dns, config);
	if (r < 0)
		return r;
	r = read_array(message, "s", read_domain, config);
	if (r < 0)
		return r;
	r = read_array(message, "s", read_ntp, config);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "u", &config->mtu);
	if (r < 0)
		return r;
	r = read_array(message, NETWIRE_ROUTE, read_route, config);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "bb", &by_mac, &anonymous);
	if (r < 0)
		return r;
	config->dhcp_by_mac = by_mac;
	config->dhcp_anonymous = anonymous;
	return 0;
}

/* What links are read into. */
struct set_reader {
	struct net_set *set;
	int *ifindexes; /* NULL: not wanted */
};

/* NETWIRE_LINK */
static int read_link(sd_bus_message *message, void *into)
{
	struct set_reader *reader = into;
	struct net_config *config;
	int ifindex, r;

	if (reader->set->n_links == NET_LINKS_MAX)
		return -EBADMSG;
	config = &reader->set->links[reader->set->n_links];
	r = sd_bus_message_enter_container(message, 'r', NETWIRE_LINK_FIELDS);
	if (r < 0)
		return r;
	r = sd_bus_message_read(message, "i", &ifindex);
	if (r < 0)
		return r;
	r = read_name(message, config->ifname, sizeof(config->ifname));
	if (r < 0)
		return r;
	r = read_device(message, &config->device);
	if (r < 0)
		return r;
	r = read_family(message, AF_INET, &config->v4);
	if (r < 0)
		return r;
	r = read_family(message, AF_INET6, &config->v6);
	if (r < 0)
		return r;
	r = read_services(message, config);
	if (r < 0)
		return r;
	if (reader->ifindexes)
		reader->ifindexes[reader->set->n_links] = ifindex;
	reader->set->n_links++;
	return sd_bus_message_exit_container(message);
}

/* Read a set. */
int netwire_read(sd_bus_message *message, struct net_set *ret, int ret_ifindexes[NET_LINKS_MAX])
{
	struct set_reader reader = { ret, ret_ifindexes };
	int r;

	memset(ret, 0, sizeof(*ret));
	r = read_array(message, NETWIRE_LINK, read_link, &reader);
	if (r >= 0)
		r = read_name(message, ret->advertised, sizeof(ret->advertised));
	if (r >= 0 || r == -ENOMEM)
		return r < 0 ? r : 0;
	return -EBADMSG;
}
