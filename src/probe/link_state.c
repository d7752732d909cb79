/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* networkd's Describe answer, the JSON of systemd 252 to 257. */

#include <errno.h>
#include <json-c/json.h>
#include <linux/rtnetlink.h>

#include "lease.h"
#include "sysstate.h"
#include "util.h"

/* Frees a local JSON object. */
static void json_putp(json_object **object)
{
	json_object_put(*object);
}

/* A member of an object: NULL where there is none of this type. */
static json_object *get(json_object *object, const char *key, json_type type)
{
	json_object *value;

	if (!json_object_object_get_ex(object, key, &value) || !json_object_is_type(value, type))
		return NULL;
	return value;
}

/* A number, or the one that stands for its absence. */
static int64_t get_number(json_object *object, const char *key, int64_t absent)
{
	json_object *value = get(object, key, json_type_int);

	return value ? json_object_get_int64(value) : absent;
}

/* A text, or "". */
static const char *get_text(json_object *object, const char *key)
{
	json_object *value = get(object, key, json_type_string);

	return value ? json_object_get_string(value) : "";
}

/* Copy a text that fits; one that does not is not cut to another. */
static void copy_text(json_object *object, const char *key, char *ret, size_t size)
{
	const char *text = get_text(object, key);

	if (strlen(text) < size)
		strcpy(ret, text);
}

/* How many elements a list has; a missing one counts as empty. */
static size_t list_length(json_object *list)
{
	return list ? json_object_array_length(list) : 0;
}

/* An address is a list of its bytes; AF_UNSPEC where it is none of this family. */
static struct ip_addr get_ip(json_object *object, const char *key, int family)
{
	json_object *bytes = get(object, key, json_type_array);
	struct ip_addr ip = { .family = family };

	if (ip_size(family) == 0 || list_length(bytes) != ip_size(family))
		return (struct ip_addr){ 0 };
	for (size_t i = 0; i < ip_size(family); i++)
		ip.bytes[i] = json_object_get_int(json_object_array_get_idx(bytes, i));
	return ip;
}

/* The family that an element of a list names. */
static int get_family(json_object *object)
{
	return (int)get_number(object, "Family", AF_UNSPEC);
}

/* Where the first of several comes from. */
static void copy_source(json_object *object, char ret[static 12])
{
	if (ret[0] == '\0')
		copy_text(object, "ConfigSource", ret, 12);
}

/* One address, and where it is from. */
static void read_address(json_object *object, struct link_state *ret)
{
	struct ip_addr ip = get_ip(object, "Address", get_family(object));

	if (ip.family == AF_UNSPEC)
		return;
	if (streq(get_text(object, "ConfigSource"), "DHCPv4")) {
		ret->dhcp4 = true;
		ret->dhcp_server = get_ip(object, "ConfigProvider", AF_INET);
		ret->lease.ends = (uint64_t)get_number(object, "ValidLifetimeUsec", 0);
	}
	if (ret->n_origins == ARRAY_SIZE(ret->origins))
		return;
	ret->origins[ret->n_origins].addr = ip;
	copy_text(object, "ConfigSource", ret->origins[ret->n_origins].source,
		sizeof(ret->origins[0].source));
	ret->n_origins++;
}

/* One name server. */
static void read_dns(json_object *object, struct link_state *ret)
{
	struct ip_addr ip = get_ip(object, "Address", get_family(object));

	if (ip.family == AF_UNSPEC || ret->n_dns == NET_DNS_MAX)
		return;
	ret->dns[ret->n_dns] = ip;
	copy_source(object, ret->dns_sources[ret->n_dns++]);
	copy_source(object, ret->dns_source);
}

/* One time server: an address, or a name. */
static void read_ntp(json_object *object, struct link_state *ret)
{
	struct ip_addr ip = get_ip(object, "Address", get_family(object));
	char text[IP_TEXT_MAX];

	if (ret->n_ntp == NET_NTP_MAX)
		return;
	if (ip.family != AF_UNSPEC)
		strcpy(ret->ntp[ret->n_ntp], ip_format(&ip, text));
	else
		copy_text(object, "Server", ret->ntp[ret->n_ntp], DOMAIN_MAX);
	if (ret->ntp[ret->n_ntp][0] == '\0')
		return;
	ret->n_ntp++;
	copy_source(object, ret->ntp_source);
}

/* One search domain. */
static void read_domain(json_object *object, struct link_state *ret)
{
	if (ret->n_domains == NET_DOMAINS_MAX)
		return;
	copy_text(object, "Domain", ret->domains[ret->n_domains], DOMAIN_MAX);
	if (ret->domains[ret->n_domains][0] == '\0')
		return;
	ret->n_domains++;
	copy_source(object, ret->domains_source);
}

/* The gateway of a default route, where its metric is the lowest so far. */
static void read_default_route(
	json_object *object, struct link_state *ret, int64_t metrics[static 2])
{
	int family = get_family(object);
	struct ip_addr gateway = get_ip(object, "Gateway", family);
	int64_t metric = get_number(object, "Priority", 0);
	bool v6 = family == AF_INET6;

	if (gateway.family == AF_UNSPEC || metric >= metrics[v6])
		return;
	metrics[v6] = metric;
	*(v6 ? &ret->gateway6 : &ret->gateway4) = gateway;
	ret->gateway_source[v6][0] = '\0';
	copy_source(object, ret->gateway_source[v6]);
}

/* A further route. */
static void read_further_route(json_object *object, int64_t length, struct link_state *ret)
{
	int family = get_family(object);
	struct ip_addr to = get_ip(object, "Destination", family);
	struct net_route *route;

	if (ret->n_routes == LINK_ROUTES_MAX || to.family == AF_UNSPEC ||
		length > 8 * (int64_t)ip_size(family) ||
		get_number(object, "Protocol", RTPROT_UNSPEC) == RTPROT_KERNEL)
		return;
	route = &ret->routes[ret->n_routes].route;
	route->destination.addr = to;
	route->destination.length = (uint8_t)length;
	route->gateway = get_ip(object, "Gateway", family);
	route->metric = (uint32_t)get_number(object, "Priority", 0);
	copy_source(object, ret->routes[ret->n_routes].source);
	ret->n_routes++;
}

/* One route; of the main table, and to other machines. */
static void read_route(json_object *object, struct link_state *ret, int64_t metrics[static 2])
{
	int64_t length = get_number(object, "DestinationPrefixLength", -1);

	if (get_number(object, "Type", RTN_UNICAST) != RTN_UNICAST ||
		get_number(object, "Table", RT_TABLE_MAIN) != RT_TABLE_MAIN)
		return;
	if (length == 0)
		read_default_route(object, ret, metrics);
	else if (length > 0)
		read_further_route(object, length, ret);
}

/* The DHCPv4 client's part, since systemd 254 (the identifier: 256). */
static void read_client(json_object *link, struct link_lease *ret)
{
	json_object *client = get(link, "DHCPv4Client", json_type_object);
	json_object *lease = get(client, "Lease", json_type_object);
	json_object *bytes = get(client, "ClientIdentifier", json_type_array);
	uint64_t renew = (uint64_t)get_number(lease, "Timeout1USec", 0);
	uint64_t rebind = (uint64_t)get_number(lease, "Timeout2USec", 0);
	uint8_t id[LEASE_ID_MAX];
	size_t n = list_length(bytes);

	ret->obtained = (uint64_t)get_number(lease, "LeaseTimestampUSec", 0);
	if (ret->obtained > 0 && renew > ret->obtained)
		ret->renew_s = (uint32_t)((renew - ret->obtained) / 1000000);
	if (ret->obtained > 0 && rebind > ret->obtained)
		ret->rebind_s = (uint32_t)((rebind - ret->obtained) / 1000000);
	for (size_t i = 0; i < n && i < sizeof(id); i++)
		id[i] = (uint8_t)json_object_get_int(json_object_array_get_idx(bytes, i));
	lease_print_id(id, n, ret->client_id);
}

/* Hand each object of a list to its reader. */
static void read_list(json_object *parent, const char *key,
	void (*read)(json_object *, struct link_state *), struct link_state *ret)
{
	json_object *list = get(parent, key, json_type_array);

	for (size_t i = 0; i < list_length(list); i++)
		read(json_object_array_get_idx(list, i), ret);
}

/* All routes. */
static void read_routes(json_object *parent, struct link_state *ret)
{
	json_object *list = get(parent, "Routes", json_type_array);
	int64_t metrics[2] = { INT64_MAX, INT64_MAX };

	for (size_t i = 0; i < list_length(list); i++)
		read_route(json_object_array_get_idx(list, i), ret, metrics);
}

int link_state_parse(const char *json, struct link_state *ret)
{
	_cleanup_(json_putp) json_object *link = json_tokener_parse(json);

	if (!json_object_is_type(link, json_type_object))
		return -EINVAL;
	memset(ret, 0, sizeof(*ret)); /* padding, too: answers are compared whole */
	ret->known = true;
	if (!streq(get_text(link, "AdministrativeState"), "unmanaged"))
		strcpy(ret->manager, "networkd");
	copy_text(link, "AdministrativeState", ret->administrative, sizeof(ret->administrative));
	copy_text(link, "NetworkFile", ret->network_file, sizeof(ret->network_file));
	read_list(link, "Addresses", read_address, ret);
	read_list(link, "DNS", read_dns, ret);
	read_list(link, "SearchDomains", read_domain, ret);
	read_list(link, "NTP", read_ntp, ret);
	read_client(link, &ret->lease);
	read_routes(link, ret);
	return 0;
}
