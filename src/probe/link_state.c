/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* networkd's Describe answer, the JSON of systemd 252 to 257. */

#include <errno.h>
#include <json-c/json.h>
#include <linux/rtnetlink.h>

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

/* One address, and where it is from. */
static void read_address(json_object *object, struct link_state *ret)
{
	struct ip_addr ip = get_ip(object, "Address", get_family(object));

	if (ip.family == AF_UNSPEC)
		return;
	if (streq(get_text(object, "ConfigSource"), "DHCPv4")) {
		ret->dhcp4 = true;
		ret->dhcp_server = get_ip(object, "ConfigProvider", AF_INET);
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

	if (ip.family != AF_UNSPEC && ret->n_dns < NET_DNS_MAX)
		ret->dns[ret->n_dns++] = ip;
}

/* One search domain. */
static void read_domain(json_object *object, struct link_state *ret)
{
	if (ret->n_domains == NET_DOMAINS_MAX)
		return;
	copy_text(object, "Domain", ret->domains[ret->n_domains], DOMAIN_MAX);
	ret->n_domains += ret->domains[ret->n_domains][0] != '\0';
}

/* The gateway of a default route, where its metric is the lowest so far. */
static void read_route(json_object *object, struct link_state *ret, int64_t metrics[static 2])
{
	int family = get_family(object);
	struct ip_addr gateway = get_ip(object, "Gateway", family);
	int64_t metric = get_number(object, "Priority", 0);
	bool v6 = family == AF_INET6;

	if (gateway.family == AF_UNSPEC || get_number(object, "DestinationPrefixLength", -1) != 0 ||
		get_number(object, "Type", RTN_UNICAST) != RTN_UNICAST ||
		get_number(object, "Table", RT_TABLE_MAIN) != RT_TABLE_MAIN ||
		metric >= metrics[v6])
		return;
	metrics[v6] = metric;
	*(v6 ? &ret->gateway6 : &ret->gateway4) = gateway;
}

/* Hand each object of a list to its reader. */
static void read_list(json_object *parent, const char *key,
	void (*read)(json_object *, struct link_state *), struct link_state *ret)
{
	json_object *list = get(parent, key, json_type_array);

	for (size_t i = 0; i < list_length(list); i++)
		read(json_object_array_get_idx(list, i), ret);
}

/* The gateways, of all routes. */
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
	copy_text(link, "AdministrativeState", ret->administrative, sizeof(ret->administrative));
	copy_text(link, "NetworkFile", ret->network_file, sizeof(ret->network_file));
	read_list(link, "Addresses", read_address, ret);
	read_list(link, "DNS", read_dns, ret);
	read_list(link, "SearchDomains", read_domain, ret);
	read_routes(link, ret);
	return 0;
}
