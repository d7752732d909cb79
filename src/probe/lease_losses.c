/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What DHCP and routers do that fixed settings do not. */

#include <stdarg.h>

#include "i18n.h"
#include "lease.h"
#include "util.h"

struct losses {
	const struct net_config *now, *wanted;
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

/* Do fixed settings take the place of what the network gives? */
static bool is_replaced(const struct net_family *now, const struct net_family *wanted)
{
	return net_family_is_automatic(now) && wanted->method == NET_METHOD_STATIC;
}

/* Is the address one of those that are fixed in place of the network's? */
static bool is_kept(
	const struct net_family *now, const struct net_family *wanted, const struct ip_addr *addr)
{
	for (size_t i = 0; is_replaced(now, wanted) && i < wanted->n_addresses; i++)
		if (ip_equal(&wanted->addresses[i].addr, addr))
			return true;
	return false;
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

/* Is the address that the lease gave kept? */
static bool keeps_lease(const struct losses *losses)
{
	const struct net_family *now = &losses->now->v4;

	return now->n_addresses > 0 && is_kept(now, &losses->wanted->v4, &now->addresses[0].addr);
}

/* The IPv4 address is another's to give. */
static void add_lease(struct losses *losses)
{
	char addr[IP_TEXT_MAX], server[IP_TEXT_MAX];

	if (!keeps_lease(losses))
		return;
	(void)ip_format(&losses->now->v4.addresses[0].addr, addr);
	if (losses->state->dhcp_server.family != AF_UNSPEC)
		add(losses,
			_("%s is lent by the DHCP server %s: have it reserved there, or another "
			  "machine may be given it."),
			addr, ip_format(&losses->state->dhcp_server, server));
	else
		add(losses,
			_("%s is lent by the DHCP server: have it reserved there, or another "
			  "machine may be given it."),
			addr);
}

/* An IPv6 address that a server lent. */
static void add_lease6(struct losses *losses)
{
	const struct ip_addr *addr = find_given(losses->state, "DHCPv6");
	char text[IP_TEXT_MAX];

	if (addr && is_kept(&losses->now->v6, &losses->wanted->v6, addr))
		add(losses,
			_("%s is lent by the DHCPv6 server: have it reserved there, or another "
			  "machine may be given it."),
			ip_format(addr, text));
}

/* An IPv6 prefix lives as long as the router announces it. */
static void add_prefix(struct losses *losses)
{
	const struct net_family *v6 = &losses->now->v6;
	char text[IP_TEXT_MAX];

	if (v6->n_addresses == 0 || !is_kept(v6, &losses->wanted->v6, &v6->addresses[0].addr) ||
		(losses->state->n_origins > 0 && !find_given(losses->state, "NDisc")))
		return;
	add(losses,
		_("The network of %s is announced by a router. When that becomes another one, as "
		  "providers do, this address stops working."),
		ip_format(&v6->addresses[0].addr, text));
}

/* The gateway of a family, where the one that the network gives is kept; else "". */
static const char *kept_gateway(
	const struct net_family *now, const struct net_family *wanted, char buf[static IP_TEXT_MAX])
{
	*buf = 0;
	if (is_replaced(now, wanted) && now->gateway.family != AF_UNSPEC &&
		ip_equal(&now->gateway, &wanted->gateway))
		(void)ip_format(&now->gateway, buf);
	return buf;
}

/* Is one of the name servers, search domains or time servers kept that there are now? */
static bool keeps_servers(const struct losses *losses)
{
	const struct net_config *now = losses->now, *wanted = losses->wanted;

	for (size_t i = 0; i < wanted->n_dns; i++)
		for (size_t j = 0; j < now->n_dns; j++)
			if (ip_equal(&wanted->dns[i], &now->dns[j]))
				return true;
	for (size_t i = 0; i < wanted->n_domains; i++)
		for (size_t j = 0; j < now->n_domains; j++)
			if (streq(wanted->domains[i], now->domains[j]))
				return true;
	for (size_t i = 0; i < wanted->n_ntp; i++)
		for (size_t j = 0; j < now->n_ntp; j++)
			if (streq(wanted->ntp[i], now->ntp[j]))
				return true;
	return false;
}

/* Which way packets go, and which servers are asked. */
static void add_ways(struct losses *losses)
{
	const struct net_config *now = losses->now, *wanted = losses->wanted;
	char v4[IP_TEXT_MAX], v6[IP_TEXT_MAX];
	bool servers = keeps_servers(losses);

	(void)kept_gateway(&now->v4, &wanted->v4, v4);
	(void)kept_gateway(&now->v6, &wanted->v6, v6);
	if (*v4 || *v6)
		add(losses,
			servers ? _("The gateway %s%s%s and the servers stay as they are today, "
				    "also when the network gets others.")
				: _("The gateway %s%s%s stays as it is today, also when the "
				    "network gets another."),
			v4, *v4 && *v6 ? ", " : "", v6);
	else if (servers)
		add(losses,
			_("Name servers, search domains and time servers stay as they are today, "
			  "also when the network gets others."));
}

/* The size of packets. */
static void add_mtu(struct losses *losses)
{
	if (losses->now->mtu != 0 && losses->now->mtu == losses->wanted->mtu)
		add(losses, _("The MTU stays %u, as the DHCP server asks for today."),
			losses->now->mtu);
}

/* What a DHCP server may have entered in the DNS. */
static void add_hostname(struct losses *losses)
{
	const char *name = losses->state->lease.hostname;

	if (*name && keeps_lease(losses))
		add(losses,
			_("The DHCP server may have entered the name %s in the DNS: have that "
			  "entry made a lasting one."),
			name);
}

size_t lease_losses(const struct net_config *now, const struct net_config *wanted,
	const struct link_state *state, char ret[static LEASE_LOSSES_MAX][LEASE_LOSS_SIZE])
{
	static const struct link_state nothing;
	static void (*const kinds[])(struct losses *) = { add_lease, add_lease6, add_prefix,
		add_ways, add_mtu, add_hostname };
	struct losses losses = { now, wanted, state ? state : &nothing, ret, 0 };

	if (!is_replaced(&now->v4, &wanted->v4) && !is_replaced(&now->v6, &wanted->v6))
		return 0;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++)
		kinds[i](&losses);
	return losses.n;
}
