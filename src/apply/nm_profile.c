/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "nm_profile.h"

#include <errno.h>
#include <stdarg.h>

#include "util.h"

/* NetworkManager goes without a lease for this long: for ever, as systemd-networkd does. */
#define FOR_EVER "2147483647"
/* Ahead of every profile that does not say otherwise. */
#define PRIORITY "100"
/* It is tried again as often as it fails. */
#define RETRIES "0"
/* The link is up as soon as one family is. */
#define MAY_FAIL "true"

/* What a value is made from. */
struct source {
	const char *ifname;
	const struct nm_role *role;
	const struct net_config *config; /* of the role; NULL for a port */
	const struct net_family *family; /* of the row; NULL where it is about none */
	int af;
	const char *text; /* of the row; NULL where it has none */
	bool autoconnect;
	const char *previous, *digest;
};

typedef int (*collect_fn)(const struct source *source, struct nm_item *item);

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
static int put_text(const struct source *source, struct nm_item *item)
{
	return add(item, "%s", source->text);
}

/* -- about the profile --------------------------------------------------------------------------
 */

static int put_id(const struct source *source, struct nm_item *item)
{
	return add(item, "firstboot-%s", source->ifname);
}

static int put_uuid(const struct source *source, struct nm_item *item)
{
	char uuid[NM_UUID_SIZE];

	nm_profile_uuid(source->ifname, uuid);
	return add(item, "%s", uuid);
}

static int put_ifname(const struct source *source, struct nm_item *item)
{
	return add(item, "%s", source->ifname);
}

/* What NetworkManager calls the kind of device. */
static int put_type(const struct source *source, struct nm_item *item)
{
	static const char *const types[] = {
		[NET_DEVICE_EXISTING] = "802-3-ethernet",
		[NET_DEVICE_VLAN] = "vlan",
		[NET_DEVICE_BOND] = "bond",
	};

	return add(item, "%s",
		types[source->config ? source->config->device.kind : NET_DEVICE_EXISTING]);
}

static int put_autoconnect(const struct source *source, struct nm_item *item)
{
	return add(item, "%s", source->autoconnect ? "true" : "false");
}

static int put_master(const struct source *source, struct nm_item *item)
{
	return source->role->master ? add(item, "%s", source->role->master) : 0;
}

static int put_slave_type(const struct source *source, struct nm_item *item)
{
	return source->role->master ? add(item, "bond") : 0;
}

/* Is the link a bond? */
static bool is_bond(const struct source *source)
{
	return source->config && source->config->device.kind == NET_DEVICE_BOND;
}

/* Its ports come with it. */
static int put_autoconnect_slaves(const struct source *source, struct nm_item *item)
{
	return is_bond(source) ? add(item, "1") : 0;
}

/* What a later change has to know of this one. */
static int put_data(const struct source *source, struct nm_item *item)
{
	int r = add(item, NM_DATA_DIGEST "=%s", source->digest);

	if (r == 0 && *source->previous)
		r = add(item, NM_DATA_PREVIOUS "=%s", source->previous);
	return r;
}

/* -- about the device ---------------------------------------------------------------------------
 */

static int put_mtu(const struct source *source, struct nm_item *item)
{
	return source->config && source->config->mtu > 0 ? add(item, "%u", source->config->mtu) : 0;
}

/* Is the link a VLAN? */
static bool is_vlan(const struct source *source)
{
	return source->config && source->config->device.kind == NET_DEVICE_VLAN;
}

static int put_vlan_parent(const struct source *source, struct nm_item *item)
{
	return is_vlan(source) ? add(item, "%s", source->config->device.ports[0]) : 0;
}

static int put_vlan_id(const struct source *source, struct nm_item *item)
{
	return is_vlan(source) ? add(item, "%u", source->config->device.vlan_id) : 0;
}

/* The driver's options; a dead cable is looked for each 100 ms. With the MAC of the port in use,
 * frames pass where a hypervisor refuses those of other senders. */
static int put_bond_options(const struct source *source, struct nm_item *item)
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

static int put_method(const struct source *source, struct nm_item *item)
{
	static const char *const methods[] = {
		[NET_METHOD_OFF] = "disabled",
		[NET_METHOD_AUTO] = "auto",
		[NET_METHOD_STATIC] = "manual",
		[NET_METHOD_DHCP] = "dhcp",
	};

	return add(item, "%s", methods[source->family->method]);
}

static int put_addresses(const struct source *source, struct nm_item *item)
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
static int put_gateway(const struct source *source, struct nm_item *item)
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
static int put_routes(const struct source *source, struct nm_item *item)
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
static int put_dns(const struct source *source, struct nm_item *item)
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
static int put_domains(const struct source *source, struct nm_item *item)
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

/* Name servers that were given stand alone. */
static int put_ignore_dns(const struct source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) && source->config->n_dns > 0
		       ? add(item, "true")
		       : 0;
}

static int put_dhcp_timeout(const struct source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) ? add(item, FOR_EVER) : 0;
}

static int put_client_id(const struct source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) && source->config->dhcp_by_mac
		       ? add(item, "mac")
		       : 0;
}

static int put_duid(const struct source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) && source->config->dhcp_by_mac
		       ? add(item, "ll")
		       : 0;
}

static int put_send_hostname(const struct source *source, struct nm_item *item)
{
	return net_family_is_automatic(source->family) && source->config->dhcp_anonymous
		       ? add(item, "false")
		       : 0;
}

/* From the MAC, 0: another profile for the link leaves it its address. */
static int put_addr_gen_mode(const struct source *source, struct nm_item *item)
{
	return source->family->method == NET_METHOD_OFF ? 0 : add(item, "0");
}

/* -- the table ----------------------------------------------------------------------------------
 */

/* Every key of ours. A row without a value is left out; one with a family is for links that have
 * addresses. */
static const struct {
	const char *section, *key;
	enum nm_type type;
	int af;
	collect_fn collect;
	const char *text;
} rows[] = {
	{ "connection", "id", NM_STRING, AF_UNSPEC, put_id, NULL },
	{ "connection", "uuid", NM_STRING, AF_UNSPEC, put_uuid, NULL },
	{ "connection", "type", NM_STRING, AF_UNSPEC, put_type, NULL },
	{ "connection", "interface-name", NM_STRING, AF_UNSPEC, put_ifname, NULL },
	{ "connection", "autoconnect", NM_BOOL, AF_UNSPEC, put_autoconnect, NULL },
	{ "connection", "autoconnect-priority", NM_INT32, AF_UNSPEC, put_text, PRIORITY },
	{ "connection", "autoconnect-retries", NM_INT32, AF_UNSPEC, put_text, RETRIES },
	{ "connection", "autoconnect-slaves", NM_INT32, AF_UNSPEC, put_autoconnect_slaves, NULL },
	{ "connection", "master", NM_STRING, AF_UNSPEC, put_master, NULL },
	{ "connection", "slave-type", NM_STRING, AF_UNSPEC, put_slave_type, NULL },
	{ "802-3-ethernet", "mtu", NM_UINT32, AF_UNSPEC, put_mtu, NULL },
	{ "vlan", "parent", NM_STRING, AF_UNSPEC, put_vlan_parent, NULL },
	{ "vlan", "id", NM_UINT32, AF_UNSPEC, put_vlan_id, NULL },
	{ "bond", "options", NM_DICT, AF_UNSPEC, put_bond_options, NULL },
	{ "ipv4", "method", NM_STRING, AF_INET, put_method, NULL },
	{ "ipv4", "address-data", NM_ADDRESSES, AF_INET, put_addresses, NULL },
	{ "ipv4", "gateway", NM_STRING, AF_INET, put_gateway, NULL },
	{ "ipv4", "route-data", NM_ROUTES, AF_INET, put_routes, NULL },
	{ "ipv4", "dns", NM_DNS4, AF_INET, put_dns, NULL },
	{ "ipv4", "dns-search", NM_STRINGS, AF_INET, put_domains, NULL },
	{ "ipv4", "ignore-auto-dns", NM_BOOL, AF_INET, put_ignore_dns, NULL },
	{ "ipv4", "may-fail", NM_BOOL, AF_INET, put_text, MAY_FAIL },
	{ "ipv4", "dhcp-timeout", NM_INT32, AF_INET, put_dhcp_timeout, NULL },
	{ "ipv4", "dhcp-client-id", NM_STRING, AF_INET, put_client_id, NULL },
	{ "ipv4", "dhcp-send-hostname", NM_BOOL, AF_INET, put_send_hostname, NULL },
	{ "ipv6", "method", NM_STRING, AF_INET6, put_method, NULL },
	{ "ipv6", "address-data", NM_ADDRESSES, AF_INET6, put_addresses, NULL },
	{ "ipv6", "gateway", NM_STRING, AF_INET6, put_gateway, NULL },
	{ "ipv6", "route-data", NM_ROUTES, AF_INET6, put_routes, NULL },
	{ "ipv6", "dns", NM_DNS6, AF_INET6, put_dns, NULL },
	{ "ipv6", "dns-search", NM_STRINGS, AF_INET6, put_domains, NULL },
	{ "ipv6", "ignore-auto-dns", NM_BOOL, AF_INET6, put_ignore_dns, NULL },
	{ "ipv6", "may-fail", NM_BOOL, AF_INET6, put_text, MAY_FAIL },
	{ "ipv6", "addr-gen-mode", NM_INT32, AF_INET6, put_addr_gen_mode, NULL },
	{ "ipv6", "dhcp-timeout", NM_INT32, AF_INET6, put_dhcp_timeout, NULL },
	{ "ipv6", "dhcp-duid", NM_STRING, AF_INET6, put_duid, NULL },
	{ "ipv6", "dhcp-send-hostname", NM_BOOL, AF_INET6, put_send_hostname, NULL },
	{ "user", "data", NM_DICT, AF_UNSPEC, put_data, NULL },
};

_Static_assert(ARRAY_SIZE(rows) <= NM_ITEMS_MAX, "a row has no place");

/* Go through the table. */
static int compose(struct source *source, struct nm_settings *ret)
{
	const struct net_config *config = source->role->config;
	int r = 0;

	source->config = config;
	*ret = (struct nm_settings){ 0 };
	for (size_t i = 0; i < ARRAY_SIZE(rows) && r == 0; i++) {
		struct nm_item *item = &ret->items[ret->n_items];

		if (rows[i].af != AF_UNSPEC && !config)
			continue;
		source->af = rows[i].af;
		source->text = rows[i].text;
		source->family = !config || !rows[i].af	  ? NULL
				 : rows[i].af == AF_INET6 ? &config->v6
							  : &config->v4;
		*item = (struct nm_item){ rows[i].section, rows[i].key, rows[i].type, NULL, 0 };
		r = rows[i].collect(source, item);
		ret->n_items += item->values != NULL;
	}
	return r;
}

int nm_profile_compose(const char *ifname, const struct nm_role *role, bool autoconnect,
	const char *previous, struct nm_settings *ret)
{
	char digest[NM_DIGEST_SIZE] = "";
	struct source source = { .ifname = ifname,
		.role = role,
		.autoconnect = autoconnect,
		.previous = previous,
		.digest = digest };
	int r = autoconnect ? nm_role_digest(ifname, role, digest) : 0;

	if (r < 0) {
		*ret = (struct nm_settings){ 0 };
		return r;
	}
	return compose(&source, ret);
}

void nm_settings_done(struct nm_settings *settings)
{
	for (size_t i = 0; i < settings->n_items; i++) {
		for (size_t k = 0; k < settings->items[i].n_values; k++)
			free(settings->items[i].values[k]);
		free(settings->items[i].values);
	}
	settings->n_items = 0;
}

int nm_settings_render(const struct nm_settings *settings, char **ret)
{
	_cleanup_free_ char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return -ENOMEM;
	for (size_t i = 0; i < settings->n_items; i++) {
		const struct nm_item *item = &settings->items[i];

		if (streq(item->section, "user"))
			continue;
		fprintf(f, "%s.%s", item->section, item->key);
		for (size_t k = 0; k < item->n_values; k++)
			fprintf(f, "%s%s", k == 0 ? " " : ", ", item->values[k]);
		fputc('\n', f);
	}
	if (fclose(f) != 0)
		return -ENOMEM;
	*ret = take_ptr(text);
	return 0;
}

/* -- names that follow from a text --------------------------------------------------------------
 */

/* FNV-1a (64 bits), begun with a basis. */
static uint64_t hash(uint64_t basis, const char *text)
{
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		basis = (basis ^ *p) * UINT64_C(0x100000001b3);
	return basis;
}

#define BASIS UINT64_C(0xcbf29ce484222325)

int nm_role_digest(const char *ifname, const struct nm_role *role, char ret[static NM_DIGEST_SIZE])
{
	struct source source = {
		.ifname = ifname, .role = role, .autoconnect = true, .previous = "", .digest = ""
	};
	struct nm_settings settings;
	_cleanup_free_ char *text = NULL;
	int r = compose(&source, &settings);

	if (r == 0)
		r = nm_settings_render(&settings, &text);
	nm_settings_done(&settings);
	if (r == 0)
		(void)snprintf(
			ret, NM_DIGEST_SIZE, "%016llx", (unsigned long long)hash(BASIS, text));
	return r;
}

/* Of version 8, whose bits are the maker's own (RFC 9562 section 5.8). */
void nm_profile_uuid(const char *ifname, char ret[static NM_UUID_SIZE])
{
	uint64_t high = hash(hash(BASIS, "firstboot profile of "), ifname);
	uint64_t low = hash(hash(BASIS, "link "), ifname);

	(void)snprintf(ret, NM_UUID_SIZE, "%08x-%04x-8%03x-%04x-%012llx", (unsigned)(high >> 32),
		(unsigned)(high >> 16) & 0xffff, (unsigned)high & 0xfff,
		(unsigned)(low >> 48 & 0x3fff) | 0x8000,
		(unsigned long long)(low & 0xffffffffffff));
}
