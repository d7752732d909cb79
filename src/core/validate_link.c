/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Fields about the link itself and the routes that go over it. */

#include <errno.h>

#include "i18n.h"
#include "safe_text.h"
#include "util.h"
#include "validate.h"
#include "validate_parts.h"
#include "words.h"

#define VALUE_SHOWN 44 /* columns of a refused value */

#define VLAN_ID_MAX 4094 /* IEEE 802.1Q: 0 and 4095 are none */
#define MTU_MIN	    576	 /* RFC 791 */
#define MTU_MIN6    1280 /* RFC 8200 */
#define MTU_MAX	    9216 /* what cards and switches call jumbo frames */

/* -- numbers */

/* The number that text is, with white space around it; false when it is none that fits. */
static bool parse_number(const char *text, uint32_t *ret)
{
	char word[WORD_MAX], second[WORD_MAX];
	uint64_t number = 0;

	if (!words_next(&text, word) || words_next(&text, second) || strlen(word) > 10 ||
		word[strspn(word, "0123456789")] != '\0')
		return false;
	for (const char *p = word; *p != '\0'; p++)
		number = number * 10 + (uint64_t)(*p - '0');
	*ret = (uint32_t)number;
	return number <= UINT32_MAX;
}

/* Is there nothing but white space? */
static bool is_empty(const char *text)
{
	char word[WORD_MAX];

	return !words_next(&text, word);
}

/* Is it an id that a VLAN can have? */
bool validate_check_vlan_id(uint32_t id, struct problem *ret)
{
	if (id >= 1 && id <= VLAN_ID_MAX)
		return true;
	return problem_set(ret,
		_("%u is no VLAN: the number of a VLAN goes from 1 to %d, such as %d."), id,
		VLAN_ID_MAX, 10);
}

/* Is text the id of a VLAN? */
bool validate_vlan_id(const char *text, uint16_t *ret_id, struct problem *ret)
{
	uint32_t id;

	*ret = (struct problem){ 0 };
	if (is_empty(text))
		return problem_set(ret,
			_("Type the number of the VLAN, which whoever runs the switch knows: 1 to "
			  "%d."),
			VLAN_ID_MAX);
	if (!parse_number(text, &id))
		return problem_set(ret,
			_("%s is no VLAN: the number of a VLAN goes from 1 to %d, such as %d."),
			safe_text(text, VALUE_SHOWN).text, VLAN_ID_MAX, 10);
	if (!validate_check_vlan_id(id, ret))
		return false;
	*ret_id = (uint16_t)id;
	return true;
}

/* Is it an MTU that the families of config can live with? */
bool validate_check_mtu(uint32_t mtu, const struct net_config *config, struct problem *ret)
{
	bool v6 = config->v6.method != NET_METHOD_OFF;

	if (mtu < MTU_MIN || mtu > MTU_MAX)
		return problem_set(ret,
			_("%u is no MTU that can be used: it goes from %d to %d, and nearly all "
			  "networks have %d."),
			mtu, v6 ? MTU_MIN6 : MTU_MIN, MTU_MAX, 1500);
	if (v6 && mtu < MTU_MIN6)
		return problem_set(ret,
			_("%u is too small for IPv6, which needs an MTU of %d or more. Type %d, or "
			  "turn IPv6 off."),
			mtu, MTU_MIN6, MTU_MIN6);
	return true;
}

/* Is text empty, or an MTU for config? */
bool validate_mtu(
	const char *text, const struct net_config *config, uint32_t *ret_mtu, struct problem *ret)
{
	uint32_t mtu;

	*ret = (struct problem){ 0 };
	if (is_empty(text)) {
		*ret_mtu = 0;
		return true;
	}
	if (!parse_number(text, &mtu))
		return problem_set(ret,
			_("%s is no MTU: type a number such as %d, or leave the field empty for "
			  "the network card's own."),
			safe_text(text, VALUE_SHOWN).text, 1500);
	if (!validate_check_mtu(mtu, config, ret))
		return false;
	*ret_mtu = mtu;
	return true;
}

/* -- routes */

/* What a route looks like. */
static const char *route_example(int af)
{
	return af == AF_INET6 ? "2001:db8:1::/48 via 2001:db8::1" : "10.0.0.0/8 via 192.0.2.1";
}

/* Does a network of the link's own addresses hold the gateway? Those of a lease are not known. */
static bool is_covered(const struct net_family *family, const struct ip_addr *gateway)
{
	if (family->method != NET_METHOD_STATIC || family->n_addresses == 0 ||
		(gateway->family == AF_INET6 && ip_is_link_local(gateway)))
		return true;
	for (size_t i = 0; i < family->n_addresses; i++)
		if (ip_in_prefix(gateway, &family->addresses[i]))
			return true;
	return false;
}

/* Is the gateway of a route another machine on this link? */
static bool check_route_gateway(
	const struct net_family *family, const struct net_route *route, struct problem *ret)
{
	const struct ip_addr *gateway = &route->gateway;
	char ip[IP_TEXT_MAX], network[IP_TEXT_MAX];

	ip_format(gateway, ip);
	if (gateway->family != route->destination.addr.family)
		return problem_set(ret,
			_("%s cannot be the way to %s: one is an IPv4 address and the other an "
			  "IPv6 address."),
			ip, ip_prefix_format(&route->destination, network));
	if (!validate_check_role(gateway, ROLE_GATEWAY, ret))
		return false;
	for (size_t i = 0; i < family->n_addresses && family->method == NET_METHOD_STATIC; i++)
		if (ip_equal(&family->addresses[i].addr, gateway))
			return problem_set(ret,
				_("%s is this machine's own address; the gateway of a route is "
				  "another machine."),
				ip);
	if (is_covered(family, gateway))
		return true;
	return problem_set(ret,
		_("The gateway %s is in none of this link's networks, so that nothing could be "
		  "sent to it."),
		ip);
}

/* Is the destination a network, and not all of them? */
static bool check_destination(const struct ip_prefix *destination, struct problem *ret)
{
	struct ip_prefix network = { ip_prefix_first(destination), destination->length };
	char ip[IP_TEXT_MAX], good[IP_TEXT_MAX];

	ip_prefix_format(destination, ip);
	if (ip_size(destination->addr.family) == 0 ||
		destination->length > 8 * ip_size(destination->addr.family))
		return problem_set(ret, _("A route has no destination."));
	if (destination->length == 0)
		return problem_set(ret,
			_("%s is the way to everywhere. It is set as the gateway, and not as a "
			  "route."),
			ip);
	if (!ip_prefix_equal(destination, &network))
		return problem_set(ret,
			_("%s is an address within a network. Type %s to reach all of the "
			  "network."),
			ip, ip_prefix_format(&network, good));
	return validate_check_network(destination, ret);
}

/* Append a route to config. */
bool validate_add_route(
	struct net_config *config, const struct net_route *route, struct problem *ret)
{
	bool v6 = route->destination.addr.family == AF_INET6;
	const struct net_family *family = v6 ? &config->v6 : &config->v4;
	char text[NET_ROUTE_TEXT_MAX];

	if (!check_destination(&route->destination, ret))
		return false;
	net_route_format(route, text);
	if (family->method == NET_METHOD_OFF)
		return problem_set(ret,
			v6 ? _("The route %s needs IPv6, which is off. Remove it.")
			   : _("The route %s needs IPv4, which is off. Remove it."),
			text);
	if (route->gateway.family != AF_UNSPEC && !check_route_gateway(family, route, ret))
		return false;
	for (size_t i = 0; i < config->n_routes; i++)
		if (ip_prefix_equal(&config->routes[i].destination, &route->destination) &&
			config->routes[i].metric == route->metric)
			return problem_set(ret,
				_("There are two routes to %s. Remove one of the two."),
				ip_prefix_format(&route->destination, text));
	if (config->n_routes == NET_ROUTES_MAX)
		return problem_set(
			ret, _("More than %d routes do not fit. Remove %s."), NET_ROUTES_MAX, text);
	config->routes[config->n_routes++] = *route;
	return true;
}

/* Read what follows the destination: "via GATEWAY", "metric NUMBER", in this order. */
static bool parse_way(const char *text, struct net_route *route)
{
	char word[WORD_MAX], value[WORD_MAX];
	bool more = words_next(&text, word);

	if (more && streq(word, "via")) {
		if (!words_next(&text, value) || ip_parse(value, &route->gateway) < 0)
			return false;
		more = words_next(&text, word);
	}
	if (more && streq(word, "metric")) {
		if (!words_next(&text, value) || !parse_number(value, &route->metric))
			return false;
		more = words_next(&text, word);
	}
	return !more;
}

/* Read one route. */
static bool parse_route(const char *text, struct net_route *ret_route, struct problem *ret)
{
	const char *example = route_example(strchr(text, ':') ? AF_INET6 : AF_INET);
	struct safe_str shown = safe_text(text + strspn(text, " \t\r\n"), VALUE_SHOWN);
	struct net_route route = { .metric = 0 };
	char word[WORD_MAX];
	int r;

	if (!validate_next_prefix(&text, word))
		return problem_set(ret, _("A route is empty. One looks like %s."), example);
	if (streq(word, "default"))
		return problem_set(ret,
			_("%s is the way to everywhere. It is set as the gateway, and not as a "
			  "route."),
			shown.text);
	r = ip_prefix_parse(word, &route.destination);
	if (r == -ENODATA)
		return problem_set(ret,
			_("%s lacks the size of its network behind a slash. A route looks like "
			  "%s."),
			shown.text, example);
	if (r < 0 || !parse_way(text, &route))
		return problem_set(
			ret, _("%s is not a route. One looks like %s."), shown.text, example);
	*ret_route = route;
	return true;
}

/* Are all parts of text routes for config? */
bool validate_routes(const char *text, struct net_config *config, struct problem *ret)
{
	struct net_config found = { .v4 = config->v4, .v6 = config->v6 };
	struct net_route route;
	char part[WORD_MAX];

	*ret = (struct problem){ 0 };
	while (*text != '\0') {
		size_t length = strcspn(text, ",;");

		if (length >= sizeof(part))
			return problem_set(ret, _("%s is not a route. One looks like %s."),
				safe_text(text, VALUE_SHOWN).text, route_example(AF_INET));
		snprintf(part, sizeof(part), "%.*s", (int)length, text);
		text += length + (text[length] != '\0');
		if (is_empty(part) && (found.n_routes == 0 || *text == '\0'))
			continue;
		if (!parse_route(part, &route, ret) || !validate_add_route(&found, &route, ret))
			return false;
	}
	memcpy(config->routes, found.routes, sizeof(config->routes));
	config->n_routes = found.n_routes;
	return true;
}
