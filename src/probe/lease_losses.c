/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What DHCP and routers do that fixed settings do not. */

#include <stdarg.h>

#include "i18n.h"
#include "lease.h"
#include "util.h"

struct losses {
	const struct net_config *config;
	const struct link_state *state; /* all zeros where nothing is known */
	char (*texts)[LEASE_LOSS_SIZE];
	size_t n;
};

/* Add a sentence. */
_printf_(2, 3) static void add(struct losses *losses, const char *format, ...)
{
	va_list arguments;

	if (losses->n == LEASE_LOSSES_MAX)
		return;
	va_start(arguments, format);
	(void)vsnprintf(losses->texts[losses->n++], LEASE_LOSS_SIZE, format, arguments);
	va_end(arguments);
}

/* Did this kind of source give one of the link's addresses? Returns it, or NULL. */
static const struct ip_addr *find_given(const struct link_state *state, const char *source)
{
	for (size_t i = 0; i < state->n_origins; i++)
		if (streq(state->origins[i].source, source) &&
			!ip_is_link_local(&state->origins[i].addr))
			return &state->origins[i].addr;
	return NULL;
}

/* The IPv4 address is another's to give. */
static void add_lease(struct losses *losses)
{
	char addr[IP_TEXT_MAX], server[IP_TEXT_MAX];

	if (!net_family_is_automatic(&losses->config->v4) || losses->config->v4.n_addresses == 0)
		return;
	(void)ip_format(&losses->config->v4.addresses[0].addr, addr);
	if (losses->state->dhcp_server.family != AF_UNSPEC)
		add(losses,
			_("%s is lent by the DHCP server %s. Nothing renews the lease any more: "
			  "have "
			  "the address reserved there, or another machine may be given it."),
			addr, ip_format(&losses->state->dhcp_server, server));
	else
		add(losses,
			_("%s is lent by the DHCP server. Nothing renews the lease any more: have "
			  "the address reserved there, or another machine may be given it."),
			addr);
}

/* An IPv6 address that a server lent. */
static void add_lease6(struct losses *losses)
{
	const struct ip_addr *addr = find_given(losses->state, "DHCPv6");
	char text[IP_TEXT_MAX];

	if (addr && net_family_is_automatic(&losses->config->v6))
		add(losses,
			_("%s is lent by the DHCPv6 server. Nothing renews the lease any more: "
			  "have "
			  "the address reserved there, or another machine may be given it."),
			ip_format(addr, text));
}

/* An IPv6 prefix lives as long as the router announces it. */
static void add_prefix(struct losses *losses)
{
	const struct net_family *v6 = &losses->config->v6;
	char text[IP_TEXT_MAX];

	if (!net_family_is_automatic(v6) || v6->n_addresses == 0 ||
		(losses->state->n_origins > 0 && !find_given(losses->state, "NDisc")))
		return;
	add(losses,
		_("The network of %s is announced by a router. When that becomes another one, as "
		  "providers do, this address does not follow and stops working."),
		ip_format(&v6->addresses[0].addr, text));
}

/* Which way packets go. */
static void add_routes(struct losses *losses)
{
	const struct net_config *config = losses->config;
	char v4[IP_TEXT_MAX] = "", v6[IP_TEXT_MAX] = "";

	if (net_family_is_automatic(&config->v4))
		(void)ip_format(&config->v4.gateway, v4);
	if (net_family_is_automatic(&config->v6))
		(void)ip_format(&config->v6.gateway, v6);
	if (*v4 || *v6)
		add(losses,
			_("The gateway %s%s%s and the routes stay as they are today: when the "
			  "network gets others, they have to be changed here by hand."),
			v4, *v4 && *v6 ? ", " : "", v6);
}

/* Which servers are asked. */
static void add_servers(struct losses *losses)
{
	const struct net_config *config = losses->config;

	if (config->n_dns + config->n_ntp + config->n_domains > 0)
		add(losses,
			_("Name servers, search domains and time servers stay as they are today: "
			  "when the network gets others, they have to be changed here by hand."));
}

/* The size of packets. */
static void add_mtu(struct losses *losses)
{
	if (losses->config->mtu != 0)
		add(losses, _("The MTU stays %u, as the DHCP server asks for today."),
			losses->config->mtu);
}

/* What a DHCP server may have entered in the DNS. */
static void add_hostname(struct losses *losses)
{
	const char *name = losses->state->lease.hostname;

	if (*name && net_family_is_automatic(&losses->config->v4))
		add(losses,
			_("The DHCP server may have entered the name %s in the DNS. Nothing renews "
			  "that entry any more: have it made a lasting one."),
			name);
}

size_t lease_losses(const struct net_config *config, const struct link_state *state,
	char ret[static LEASE_LOSSES_MAX][LEASE_LOSS_SIZE])
{
	static const struct link_state nothing;
	static void (*const kinds[])(struct losses *) = { add_lease, add_lease6, add_prefix,
		add_routes, add_servers, add_mtu, add_hostname };
	struct losses losses = { config, state ? state : &nothing, ret, 0 };

	if (!net_family_is_automatic(&config->v4) && !net_family_is_automatic(&config->v6))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		kinds[i](&losses);
	return losses.n;
}
