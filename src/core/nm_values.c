/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_values.h"

#include <errno.h>
#include <stdarg.h>

#include "util.h"

/* NetworkManager goes without a lease for this long: for ever, as systemd-networkd does. */
#define FOR_EVER "2147483647"

/* Add one value, as printf(3) does. */
static int add(struct nm_item *item, const char *format, ...) _printf_(2, 3);
static int add(struct nm_item *item, const char *format, ...)
{
	char **values = reallocarray(item->values, item->n_values + 1, sizeof(*values));
	va_list args;
	int r;

	if (!values)
		return -ENOMEM;
	item->values = values;
	va_start(args, format);
	r = vasprintf(&values[item->n_values], format, args);
	va_end(args);
	if (r < 0)
		return -ENOMEM;
	item->n_values++;
	return 0;
}

/* A value that is always the same. */
int nm_put_text(const struct nm_source *source, struct nm_item *item)
{
	return add(item, "%s", source->text);
}

/* -- about the profile --------------------------------------------------------------------------
 */

int nm_put_id(const struct nm_source *source, struct nm_item *item)
{
	return add(item, "firstboot-%s", source->ifname);
}

int nm_put_uuid(const struct nm_source *source, struct nm_item *item)
{
	char uuid[NM_UUID_SIZE];

	nm_profile_uuid(source->ifname, uuid);
	return add(item, "%s", uuid);
}

int nm_put_ifname(const struct nm_source *source, struct nm_item *item)
{
	return add(item, "%s", source->ifname);
}

/* What NetworkManager calls the kind of device. */
int nm_put_type(const struct nm_source *source, struct nm_item *item)
{
	static const char *const types[] = {
		[NET_DEVICE_EXISTING] = "802-3-ethernet",
		[NET_DEVICE_VLAN] = "vlan",
		[NET_DEVICE_BOND] = "bond",
	};

	return add(item, "%s",
		types[source->config ? source->config->device.kind : NET_DEVICE_EXISTING]);
}

int nm_put_autoconnect(const struct nm_source *source, struct nm_item *item)
{
	return add(item, "%s", source->autoconnect ? "true" : "false");
}

int nm_put_master(const struct nm_source *source, struct nm_item *item)
{
	return source->role->master ? add(item, "%s", source->role->master) : 0;
}

int nm_put_slave_type(const struct nm_source *source, struct nm_item *item)
{
	return source->role->master ? add(item, "bond") : 0;
}

/* Is the link a bond? */
static bool is_bond(const struct nm_source *source)
{
	return source->config && source->config->device.kind == NET_DEVICE_BOND;
}

/* Its ports come with it. */
int nm_put_autoconnect_slaves(const struct nm_source *source, struct nm_item *item)
{
	return is_bond(source) ? add(item, "1") : 0;
}

/* What a later change has to know of this one. */
int nm_put_data(const struct nm_source *source, struct nm_item *item)
{
	int r = add(item, NM_DATA_DIGEST "=%s", source->digest);

	if (r == 0 && *source->previous)
		r = add(item, NM_DATA_PREVIOUS "=%s", source->previous);
	return r;
}

/* -- about the device ---------------------------------------------------------------------------
 */

int nm_put_mtu(const struct nm_source *source, struct nm_item *item)
{
	return source->config && source->config->mtu > 0 ? add(item, "%u", source->config->mtu) : 0;
}

/* Is the link a VLAN? */
static bool is_vlan(const struct nm_source *source)
{
	return source->config && source->config->device.kind == NET_DEVICE_VLAN;
}

int nm_put_vlan_parent(const struct nm_source *source, struct nm_item *item)
{
	return is_vlan(source) ? add(item, "%s", source->config->device.ports[0]) : 0;
}

int nm_put_vlan_id(const struct nm_source *source, struct nm_item *item)
{
	return is_vlan(source) ? add(item, "%u", source->config->device.vlan_id) : 0;
}

/* NM_VLAN_FLAG_REORDER_HEADERS, as the kernel itself has it: without a word of it NetworkManager
 * takes none from the bus, and this one from a file. */
int nm_put_vlan_flags(const struct nm_source *source, struct nm_item *item)
{
	return is_vlan(source) ? add(item, "1") : 0;
}

/* The driver's options; a dead cable is looked for each 100 ms. With the MAC of the port in use,
 * frames pass where a hypervisor refuses those of other senders. */
int nm_put_bond_options(const struct nm_source *source, struct nm_item *item)
{
	static const char *const modes[] = {
		[NET_BOND_ACTIVE_BACKUP] = "active-backup",
		[NET_BOND_802_3AD] = "802.3ad",
		[NET_BOND_BALANCE_ALB] = "balance-alb",
	};
	int r;

	if (!is_bond(source))
		return 0;
	r = add(item, "mode=%s", modes[source->config->device.bond_mode]);
	if (r == 0)
		r = add(item, "miimon=100");
	if (r == 0 && source->config->device.bond_mode == NET_BOND_ACTIVE_BACKUP)
		r = add(item, "fail_over_mac=active");
	return r;
}

/* -- about a family -----------------------------------------------------------------------------
 */

/* NetworkManager's "dhcp" for IPv6 heeds no router, so that there would be no default route: "auto"
 * it is, which does DHCPv6 where the routers say so. */
int nm_put_method(const struct nm_source *source, struct nm_item *item)
{
	static const char *const methods[] = {
		[NET_METHOD_OFF] = "disabled",
		[NET_METHOD_AUTO] = "auto",
		[NET_METHOD_STATIC] = "manual",
		[NET_METHOD_DHCP] = "auto",
	};

	return add(item, "%s", methods[source->family->method]);
}

int nm_put_addresses(const struct nm_source *source, struct nm_item *item)
{
	char text[IP_TEXT_MAX];
	int r = 0;

	if (source->family->method != NET_METHOD_STATIC)
		return 0;
	for (size_t i = 0; i < source->family->n_addresses && r == 0; i++)
		r = add(item, "%s", ip_prefix_format(&source->family->addresses[i], text));
	return r;
}

/* The gateway to set, NULL for none. */
static const struct ip_addr *gateway_of(const struct net_family *family)
{
	if (family->method != NET_METHOD_STATIC || family->gateway.family == AF_UNSPEC)
		return NULL;
	return &family->gateway;
}

/* One that an address covers. Beside any other NetworkManager would put a route to the gateway
 * itself, so that it stands among the routes. */
int nm_put_gateway(const struct nm_source *source, struct nm_item *item)
{
	const struct ip_addr *gateway = gateway_of(source->family);
	char text[IP_TEXT_MAX];

	if (!gateway || source->family->gateway_onlink)
		return 0;
	return add(item, "%s", ip_format(gateway, text));
}

/* A route besides the default one. */
static int add_route(struct nm_item *item, const struct net_route *route)
{
	char destination[IP_TEXT_MAX], via[IP_TEXT_MAX], metric[24] = "";

	if (route->metric > 0)
		(void)snprintf(metric, sizeof(metric), " metric %u", route->metric);
	(void)ip_format(&route->gateway, via);
	return add(item, "%s%s%s%s", ip_prefix_format(&route->destination, destination),
		*via ? " via " : "", via, metric);
}

/* The further routes, and the default one whose gateway no address covers. */
int nm_put_routes(const struct nm_source *source, struct nm_item *item)
{
	const struct ip_addr *gateway = gateway_of(source->family);
	const struct net_config *config = source->config;
	char text[IP_TEXT_MAX];
	int r = 0;

	if (source->family->method == NET_METHOD_OFF)
		return 0;
	if (gateway && source->family->gateway_onlink)
		r = add(item, "%s via %s onlink", source->af == AF_INET ? "0.0.0.0/0" : "::/0",
			ip_format(gateway, text));
	for (size_t i = 0; i < config->n_routes && r == 0; i++)
		if (config->routes[i].destination.addr.family == source->af)
			r = add_route(item, &config->routes[i]);
	return r;
}

/* Name servers of a family that is off are of no use to it, and refused. */
int nm_put_dns(const struct nm_source *source, struct nm_item *item)
{
	char text[IP_TEXT_MAX];
	int r = 0;

	if (source->family->method == NET_METHOD_OFF)
		return 0;
	for (size_t i = 0; i < source->config->n_dns && r == 0; i++)
		if (source->config->dns[i].family == source->af)
			r = add(item, "%s", ip_format(&source->config->dns[i], text));
	return r;
}

/* Domains belong to no family; NetworkManager keeps them with one that is on. */
int nm_put_domains(const struct nm_source *source, struct nm_item *item)
{
	const struct net_config *config = source->config;
	int r = 0;

	if (source->family->method == NET_METHOD_OFF ||
		(source->af == AF_INET6 && config->v4.method != NET_METHOD_OFF))
		return 0;
	for (size_t i = 0; i < config->n_domains && r == 0; i++)
		r = add(item, "%s", config->domains[i]);
	return r;
}

/* Are there name servers that a family takes? */
static bool has_dns(const struct net_config *config)
{
	for (size_t i = 0; i < config->n_dns; i++)
		if ((config->dns[i].family == AF_INET ? &config->v4 : &config->v6)->method !=
			NET_METHOD_OFF)
			return true;
	return false;
}

/* Name servers that were given stand alone. */
int nm_put_ignore_dns(const struct nm_source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) && has_dns(source->config)
		       ? add(item, "true")
		       : 0;
}

int nm_put_dhcp_timeout(const struct nm_source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) ? add(item, FOR_EVER) : 0;
}

int nm_put_client_id(const struct nm_source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) && source->config->dhcp_by_mac
		       ? add(item, "mac")
		       : 0;
}

int nm_put_duid(const struct nm_source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) && source->config->dhcp_by_mac
		       ? add(item, "ll")
		       : 0;
}

int nm_put_send_hostname(const struct nm_source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) && source->config->dhcp_anonymous
		       ? add(item, "false")
		       : 0;
}

/* From the MAC, 0: another profile for the link leaves it its address. Also where the family is
 * off: without a word of it a file says something else than the bus. */
int nm_put_addr_gen_mode(const struct nm_source *source, struct nm_item *item)
{
	return add(item, "0");
}
