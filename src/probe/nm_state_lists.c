/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists of addresses, routes and names among NetworkManager's properties. */

#include <errno.h>

#include "nm_state_parts.h"
#include "util.h"

/* One key of a dictionary. */
typedef int (*read_entry_fn)(sd_bus_message *message, const char *key, void *into);

/* Read the dictionary that comes next. Returns 0 at the end of the list of them. */
static int read_dictionary(sd_bus_message *message, read_entry_fn read, void *into)
{
	const char *key;
	int r = sd_bus_message_enter_container(message, 'a', "{sv}");

	if (r <= 0)
		return r;
	while ((r = sd_bus_message_enter_container(message, 'e', "sv")) > 0) {
		r = sd_bus_message_read(message, "s", &key);
		if (r >= 0)
			r = read(message, key, into);
		if (r >= 0)
			r = sd_bus_message_exit_container(message);
		if (r < 0)
			return r;
	}
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* Go into the list of dictionaries that a property is, and out of it. */
static int enter_list(sd_bus_message *message)
{
	int r = sd_bus_message_enter_container(message, 'v', "aa{sv}");

	return r < 0 ? r : sd_bus_message_enter_container(message, 'a', "a{sv}");
}

static int exit_list(sd_bus_message *message)
{
	int r = sd_bus_message_exit_container(message);

	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* An address as text; AF_UNSPEC for none. */
int nm_read_addr(sd_bus_message *message, struct ip_addr *ret)
{
	const char *text;
	int r = sd_bus_message_read(message, "v", "s", &text);

	if (r >= 0 && ip_parse(text, ret) < 0)
		*ret = (struct ip_addr){ 0 };
	return r;
}

/* "address" */
static int read_address_entry(sd_bus_message *message, const char *key, void *into)
{
	return streq(key, "address") ? nm_read_addr(message, into)
				     : sd_bus_message_skip(message, "v");
}

/* Hand the address of each dictionary of a list to take. */
static int read_each(sd_bus_message *message, struct nm_answers *answers,
	void (*take)(struct nm_answers *answers, const struct ip_addr *addr))
{
	struct ip_addr addr = { 0 };
	int r = enter_list(message);

	while (r >= 0 && (r = read_dictionary(message, read_address_entry, &addr)) > 0)
		if (addr.family != AF_UNSPEC)
			take(answers, &addr);
	return r < 0 ? r : exit_list(message);
}

/* A key of a route. */
static int read_route_entry(sd_bus_message *message, const char *key, void *into)
{
	struct net_route *route = into;
	uint32_t length;
	int r;

	if (streq(key, "dest"))
		return nm_read_addr(message, &route->destination.addr);
	if (streq(key, "next-hop"))
		return nm_read_addr(message, &route->gateway);
	if (streq(key, "metric"))
		return sd_bus_message_read(message, "v", "u", &route->metric);
	if (!streq(key, "prefix"))
		return sd_bus_message_skip(message, "v");
	r = sd_bus_message_read(message, "v", "u", &length);
	if (r >= 0)
		route->destination.length = length <= UINT8_MAX ? (uint8_t)length : UINT8_MAX;
	return r;
}

/* Has it a destination that there can be, by a gateway? */
static bool is_route(const struct net_route *route)
{
	const struct ip_prefix *to = &route->destination;

	return route->gateway.family != AF_UNSPEC && to->length > 0 &&
	       to->length <= 8 * ip_size(to->addr.family);
}

/* The routes by a gateway, but for the default ones: those on the link are the kernel's. */
int nm_read_routes(sd_bus_message *message, struct nm_answers *answers)
{
	struct link_state *state = answers->state;
	int r = enter_list(message);

	while (r >= 0) {
		struct net_route route = { 0 };

		r = read_dictionary(message, read_route_entry, &route);
		if (r <= 0)
			break;
		if (is_route(&route) && state->n_routes < LINK_ROUTES_MAX)
			state->routes[state->n_routes++].route = route;
	}
	return r < 0 ? r : exit_list(message);
}

static void take_address(struct nm_answers *answers, const struct ip_addr *addr)
{
	struct link_state *state = answers->state;

	if (state->n_origins < ARRAY_SIZE(state->origins))
		state->origins[state->n_origins++].addr = *addr;
}

static void take_dns(struct nm_answers *answers, const struct ip_addr *addr)
{
	if (answers->state->n_dns < NET_DNS_MAX)
		answers->state->dns[answers->state->n_dns++] = *addr;
}

int nm_read_addresses(sd_bus_message *message, struct nm_answers *answers)
{
	return read_each(message, answers, take_address);
}

int nm_read_dns4(sd_bus_message *message, struct nm_answers *answers)
{
	return read_each(message, answers, take_dns);
}

/* Name servers as bytes. */
int nm_read_dns6(sd_bus_message *message, struct nm_answers *answers)
{
	struct ip_addr addr = { .family = AF_INET6 };
	const void *bytes;
	size_t size;
	int r = sd_bus_message_enter_container(message, 'v', "aay");

	if (r > 0)
		r = sd_bus_message_enter_container(message, 'a', "ay");
	while (r > 0 && (r = sd_bus_message_read_array(message, 'y', &bytes, &size)) > 0) {
		if (size != sizeof(addr.bytes))
			continue;
		memcpy(addr.bytes, bytes, size);
		take_dns(answers, &addr);
	}
	if (r >= 0)
		r = sd_bus_message_exit_container(message);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}

/* A search domain that is not there yet. */
static void take_domain(struct link_state *state, const char *domain)
{
	if (state->n_domains == NET_DOMAINS_MAX || !*domain || strlen(domain) >= DOMAIN_MAX)
		return;
	for (size_t i = 0; i < state->n_domains; i++)
		if (streq(state->domains[i], domain))
			return;
	strcpy(state->domains[state->n_domains++], domain);
}

int nm_read_domains(sd_bus_message *message, struct nm_answers *answers)
{
	const char *domain;
	int r = sd_bus_message_enter_container(message, 'v', "as");

	if (r > 0)
		r = sd_bus_message_enter_container(message, 'a', "s");
	while (r > 0 && (r = sd_bus_message_read(message, "s", &domain)) > 0)
		take_domain(answers->state, domain);
	if (r >= 0)
		r = sd_bus_message_exit_container(message);
	return r < 0 ? r : sd_bus_message_exit_container(message);
}
