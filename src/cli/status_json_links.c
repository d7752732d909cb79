/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The links of the status, with what they hold. */

#include <linux/rtnetlink.h>

#include "status.h"
#include "status_json.h"

static const char *const kinds[ADDRESS_N_KINDS] = {
	[ADDRESS_USABLE] = "usable",
	[ADDRESS_TENTATIVE] = "tentative",
	[ADDRESS_DUPLICATE] = "duplicate",
	[ADDRESS_DEPRECATED] = "deprecated",
	[ADDRESS_TEMPORARY] = "temporary",
	[ADDRESS_LINK_LOCAL] = "link-local",
	[ADDRESS_LOOPBACK] = "loopback",
	[ADDRESS_CONTAINER] = "container",
	[ADDRESS_VPN] = "vpn",
	[ADDRESS_INTERNAL] = "internal",
	[ADDRESS_DOWN] = "down",
};

/* One address: what the kernel has, and where it came from. */
static json_object *make_address(const struct app *app, const struct address *address)
{
	json_object *one = json_object_new_object();
	char text[IP_TEXT_MAX];

	json_put_text(one, "address", ip_format(&address->ip.addr, text));
	json_put_number(one, "prefix_length", address->ip.length);
	json_put_number(one, "family", address->ip.addr.family == AF_INET6 ? 6 : 4);
	json_put_text(one, "kind", kinds[address_kind(app->nl, address)]);
	json_put_text(one, "origin", status_origin_word(app, address));
	json_put_text(one, "words", safe_bytes(status_origin(app, address)));
	return one;
}

static json_object *make_addresses(const struct app *app, const struct link *link)
{
	json_object *array = json_object_new_array();
	const struct address *addresses;
	size_t n;

	addresses = netlink_addresses_of(app->nl, link->ifindex, &n);
	for (size_t i = 0; i < n; i++)
		json_add(array, make_address(app, &addresses[i]));
	return array;
}

/* The gateways of its default routes, the best first. */
static json_object *make_gateways(const struct app *app, const struct link *link)
{
	json_object *array = json_object_new_array();
	const struct default_route *routes;
	size_t n;

	routes = netlink_default_routes(app->nl, &n);
	for (size_t i = 0; i < n; i++)
		if (routes[i].ifindex == link->ifindex && routes[i].gateway.family != AF_UNSPEC)
			json_add(array, status_json_ip(&routes[i].gateway));
	return array;
}

/* What its manager says of it; empty where there is none. */
static void put_manager(json_object *one, const struct link_state *state)
{
	json_object *dns = json_object_new_array(), *domains = json_object_new_array(),
		    *ntp = json_object_new_array();

	for (size_t i = 0; state && i < state->n_dns; i++)
		json_add(dns, status_json_ip(&state->dns[i]));
	for (size_t i = 0; state && i < state->n_domains; i++)
		json_add(domains, json_object_new_string(state->domains[i]));
	for (size_t i = 0; state && i < state->n_ntp; i++)
		json_add(ntp, json_object_new_string(state->ntp[i]));
	json_put_given(one, "manager", state ? state->manager : NULL);
	json_put_given(one, "setup", state ? state->administrative : NULL);
	json_put(one, "dns", dns);
	json_put(one, "domains", domains);
	json_put(one, "ntp", ntp);
}

/* Is it on, and has it a cable? */
static const char *state_word(const struct link *link)
{
	if (!(link->flags & IFF_UP))
		return "off";
	return link->flags & IFF_LOWER_UP ? "up" : "no-cable";
}

static json_object *make_link(const struct app *app, const struct link *link)
{
	json_object *one = json_object_new_object();
	struct linkhw hw = { 0 };
	safe_char text[64];

	if (link->flags & IFF_LOWER_UP)
		linkhw_read(link->name, &hw);
	json_put_text(one, "name", link->name);
	json_put_text(one, "state", state_word(link));
	json_put(one, "speed_mbps", hw.speed_mbps ? json_object_new_int64(hw.speed_mbps) : NULL);
	status_format_speed(link, &hw, text, sizeof(text));
	json_put_text(one, "words", safe_bytes(text));
	status_format_mac(link, text, sizeof(text));
	json_put_given(one, "mac", safe_bytes(text));
	json_put_number(one, "mtu", link->mtu);
	json_put(one, "addresses", make_addresses(app, link));
	json_put(one, "gateways", make_gateways(app, link));
	put_manager(one, app->sysstate ? sysstate_link(app->sysstate, link->ifindex) : NULL);
	return one;
}

json_object *status_json_links(const struct app *app, size_t *ret_more)
{
	json_object *array = json_object_new_array();
	const struct link *links[APP_LINKS_MAX];
	size_t total, n = app_links(app, links, &total);

	for (size_t i = 0; i < n; i++)
		json_add(array, make_link(app, links[i]));
	*ret_more = total - n;
	return array;
}
