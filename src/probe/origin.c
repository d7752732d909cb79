/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "origin.h"

#include "i18n.h"
#include "util.h"

/* Which hand writes files into a folder; the first that fits counts. */
static const struct {
	const char *start;
	enum origin origin;
} places[] = {
	{ "/etc/systemd/network/05-firstboot-", ORIGIN_OPERATOR },
	{ "/run/systemd/network/04-firstboot-pending-", ORIGIN_OPERATOR },
	{ "/etc/NetworkManager/system-connections/firstboot-", ORIGIN_OPERATOR },
	{ "/run/NetworkManager/system-connections/firstboot-", ORIGIN_OPERATOR },
	/* NetworkManager makes it for a card that nobody has set up. */
	{ "/run/NetworkManager/system-connections/Wired connection ", ORIGIN_VENDOR },
	{ "/etc/", ORIGIN_FILE },
	{ "/run/", ORIGIN_CREDENTIAL },
	{ "/usr/", ORIGIN_VENDOR },
	{ "/lib/", ORIGIN_VENDOR },
};

/* Who has written the file that rules the link. */
static enum origin file_origin(const struct link_state *state)
{
	if (state)
		for (size_t i = 0; i < ARRAY_SIZE(places); i++)
			if (strncmp(state->network_file, places[i].start,
				    strlen(places[i].start)) == 0)
				return places[i].origin;
	return ORIGIN_FOREIGN;
}

/* What a manager's word for a source stands for; otherwise where there is none. */
static enum origin source_origin(
	const struct link_state *state, const char *source, enum origin otherwise)
{
	static const struct {
		const char *source;
		enum origin origin;
	} sources[] = {
		{ "DHCPv4", ORIGIN_LEASE },
		{ "DHCPv6", ORIGIN_LEASE },
		{ "DHCP-PD", ORIGIN_LEASE },
		{ "NDisc", ORIGIN_ROUTER },
		{ "foreign", ORIGIN_FOREIGN },
	};

	if (*source == '\0')
		return otherwise;
	for (size_t i = 0; i < ARRAY_SIZE(sources); i++)
		if (streq(sources[i].source, source))
			return sources[i].origin;
	return file_origin(state); /* "static", "runtime" */
}

/* What a family's values come from where nobody tells. */
static enum origin family_origin(const struct net_family *family, const struct link_state *state)
{
	bool v6 = family->n_addresses > 0 && family->addresses[0].addr.family == AF_INET6;

	if (family->method == NET_METHOD_AUTO)
		return v6 || family->gateway.family == AF_INET6 ? ORIGIN_ROUTER : ORIGIN_LEASE;
	return family->method == NET_METHOD_DHCP ? ORIGIN_LEASE : file_origin(state);
}

/* The origin of a family's first address. */
static enum origin address_origin(const struct net_family *family, const struct link_state *state)
{
	if (family->n_addresses == 0)
		return ORIGIN_NONE;
	for (size_t i = 0; state && i < state->n_origins; i++)
		if (ip_equal(&state->origins[i].addr, &family->addresses[0].addr))
			return source_origin(
				state, state->origins[i].source, family_origin(family, state));
	return family_origin(family, state);
}

/* The origin of a family's gateway. */
static enum origin gateway_origin(const struct net_family *family, const struct link_state *state)
{
	const char *source = "";

	if (family->gateway.family == AF_UNSPEC)
		return ORIGIN_NONE;
	if (state)
		source = state->gateway_source[family->gateway.family == AF_INET6];
	return source_origin(state, source, family_origin(family, state));
}

/* The origin of the first further route. */
static enum origin routes_origin(const struct net_config *config, const struct link_state *state)
{
	if (config->n_routes == 0)
		return ORIGIN_NONE;
	for (size_t i = 0; state && i < state->n_routes; i++)
		if (ip_prefix_equal(
			    &state->routes[i].route.destination, &config->routes[0].destination))
			return source_origin(
				state, state->routes[i].source, family_origin(&config->v4, state));
	return family_origin(&config->v4, state);
}

/* The origin of the MTU. */
static enum origin mtu_origin(const struct net_config *config, const struct link_state *state)
{
	if (config->mtu == 0)
		return ORIGIN_NONE;
	return state && state->lease.mtu == config->mtu ? ORIGIN_LEASE : file_origin(state);
}

/* The origin of one of n values, by the source of the first. */
static enum origin list_origin(const struct net_config *config, const struct link_state *state,
	size_t n, const char *source)
{
	if (n == 0)
		return ORIGIN_NONE;
	return source_origin(state, source, family_origin(&config->v4, state));
}

void origin_read(
	const struct net_config *config, const struct link_state *state, struct net_origins *ret)
{
	static const struct link_state nothing;
	const struct link_state *told = state ? state : &nothing;

	memset(ret, 0, sizeof(*ret));
	ret->address[0] = address_origin(&config->v4, state);
	ret->address[1] = address_origin(&config->v6, state);
	ret->gateway[0] = gateway_origin(&config->v4, state);
	ret->gateway[1] = gateway_origin(&config->v6, state);
	ret->dns = list_origin(config, state, config->n_dns, told->dns_source);
	ret->domains = list_origin(config, state, config->n_domains, told->domains_source);
	ret->ntp = list_origin(config, state, config->n_ntp, told->ntp_source);
	ret->mtu = mtu_origin(config, state);
	ret->routes = routes_origin(config, state);
	(void)snprintf(ret->file, sizeof(ret->file), "%s", told->network_file);
}

const char *origin_words(enum origin origin)
{
	static const char *const words[] = {
		[ORIGIN_NONE] = "",
		[ORIGIN_LEASE] = N_("from the DHCP lease"),
		[ORIGIN_ROUTER] = N_("from the router"),
		[ORIGIN_OPERATOR] = N_("set here"),
		[ORIGIN_FILE] = N_("from a file in /etc"),
		[ORIGIN_VENDOR] = N_("the appliance's default"),
		[ORIGIN_CREDENTIAL] = N_("given at the start of the machine"),
		[ORIGIN_FOREIGN] = N_("set by another program"),
	};

	return origin == ORIGIN_NONE ? "" : _(words[origin]);
}
