/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "i18n.h"
#include "util.h"
#include "validate.h"
#include "validate_parts.h"

/* Networks whose addresses cannot play some of the roles (RFC 6890, RFC 4291, RFC 3927). */
static const struct special {
	struct ip_prefix net;
	int roles; /* which they cannot */
	const char *what;
} specials[] = {
	{ { { AF_INET, { 0 } }, 8 }, ROLE_ANY, N_("belongs to 0.0.0.0/8, which no machine has") },
	{ { { AF_INET, { 127 } }, 8 }, ROLE_ANY,
		N_("is a loopback address, which never leaves the machine") },
	{ { { AF_INET, { 169, 254 } }, 16 }, ROLE_ADDRESS,
		N_("is a link-local address, which machines give themselves while they have no "
		   "other") },
	{ { { AF_INET, { 224 } }, 4 }, ROLE_ANY,
		N_("is a multicast address, which stands for a group of machines") },
	{ { { AF_INET, { 255, 255, 255, 255 } }, 32 }, ROLE_ANY,
		N_("is the broadcast address, which stands for all machines") },
	{ { { AF_INET, { 240 } }, 4 }, ROLE_ANY, N_("belongs to 240.0.0.0/4, which is reserved") },
	{ { { AF_INET6, { 0 } }, 128 }, ROLE_ANY, N_("means \"no address\"") },
	{ { { AF_INET6, { [15] = 1 } }, 128 }, ROLE_ANY,
		N_("is the loopback address, which never leaves the machine") },
	{ { { AF_INET6, { [10] = 0xff, [11] = 0xff } }, 96 }, ROLE_ANY,
		N_("is an IPv4 address in IPv6 notation, which is never used on a network") },
	{ { { AF_INET6, { 0 } }, 96 }, ROLE_ANY, N_("belongs to ::/96, which is no longer used") },
	{ { { AF_INET6, { 0xfe, 0x80 } }, 10 }, ROLE_ADDRESS,
		N_("is a link-local address, which every network card gives itself") },
	{ { { AF_INET6, { 0xfe, 0x80 } }, 10 }, ROLE_DNS | ROLE_NTP,
		N_("is a link-local address, which says nothing without a network card") },
	{ { { AF_INET6, { 0xff } }, 8 }, ROLE_ANY,
		N_("is a multicast address, which stands for a group of machines") },
};

/* What an address for this role looks like, when nothing better can be computed. */
const char *role_example(enum role role, int af)
{
	switch (role) {
	case ROLE_GATEWAY:
		return af == AF_INET6 ? "2001:db8::1" : "192.0.2.1";
	case ROLE_DNS:
		return af == AF_INET6 ? "2001:db8::53" : "192.0.2.53";
	case ROLE_NTP:
		return af == AF_INET6 ? "2001:db8::123" : "192.0.2.123";
	case ROLE_NETWORK:
		return af == AF_INET6 ? "2001:db8:1::/48" : "10.0.0.0/8";
	case ROLE_ADDRESS:
	case ROLE_ANY:
		break;
	}
	return af == AF_INET6 ? "2001:db8::10/64" : "192.0.2.10/24";
}

/* The first address of the network that a gateway may have beside the machine itself; AF_UNSPEC in
 * networks of one. */
static struct ip_addr gateway_example(const struct ip_prefix *own)
{
	size_t size = ip_size(own->addr.family);
	struct ip_addr addr = ip_prefix_first_host(own);

	if (own->length == 8 * size)
		return (struct ip_addr){ .family = AF_UNSPEC };
	if (ip_equal(&addr, &own->addr))
		addr.bytes[size - 1] ^= own->length + 1u == 8 * size ? 1 : 3;
	return addr;
}

/* Can an address play the role at all? */
bool validate_check_role(const struct ip_addr *addr, enum role role, struct problem *ret)
{
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(specials); i++)
		if ((specials[i].roles & (int)role) && ip_in_prefix(addr, &specials[i].net))
			return problem_set(ret, _("%s %s. Good would be %s."), ip_format(addr, ip),
				_(specials[i].what), role_example(role, addr->family));
	return true;
}

/* Can a network be reached by a route? One that has special ones within it can. */
bool validate_check_network(const struct ip_prefix *network, struct problem *ret)
{
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(specials); i++)
		if ((specials[i].roles & ROLE_NETWORK) &&
			network->length >= specials[i].net.length &&
			ip_in_prefix(&network->addr, &specials[i].net))
			return problem_set(ret, _("%s %s. Good would be %s."),
				ip_prefix_format(network, ip), _(specials[i].what),
				role_example(ROLE_NETWORK, network->addr.family));
	return true;
}

/* Is the address the first or the last of its network, where those are not for hosts? */
static bool check_host_bits(const struct ip_addr *addr, const struct ip_prefix *net, enum role role,
	struct problem *ret)
{
	struct ip_prefix network = { ip_prefix_first(net), net->length };
	struct ip_prefix host = { ip_prefix_first_host(net), net->length };
	struct ip_addr last = ip_prefix_last(net);
	char ip[IP_TEXT_MAX], shown[IP_TEXT_MAX], example[IP_TEXT_MAX];

	/* RFC 3021 and RFC 6164 let point-to-point links use both of their addresses. */
	if (net->length + 1u >= 8 * ip_size(addr->family))
		return true;
	ip_format(addr, ip);
	ip_prefix_format(&network, shown);
	if (role == ROLE_ADDRESS)
		ip_prefix_format(&host, example);
	else
		ip_format(&host.addr, example);
	if (ip_equal(addr, &network.addr))
		return problem_set(ret,
			_("%s is the address of the network %s itself. The first one for a machine "
			  "is %s."),
			ip, shown, example);
	if (addr->family == AF_INET && ip_equal(addr, &last))
		return problem_set(ret,
			_("%s is the broadcast address of the network %s. The first one for a "
			  "machine is %s."),
			ip, shown, example);
	return true;
}

/* Is it an address that a host can have? */
static bool check_address(const struct ip_prefix *prefix, int af, struct problem *ret)
{
	char shown[IP_TEXT_MAX];

	ip_prefix_format(prefix, shown);
	if (prefix->addr.family != af)
		return problem_set(ret, _("%s is an address of the wrong family."), shown);
	if (prefix->length == 0 || prefix->length > 8 * ip_size(af))
		return problem_set(ret,
			_("%s has a wrong network size: behind the slash, a number from 1 to %zu "
			  "stands. Good would be %s."),
			shown, 8 * ip_size(af), role_example(ROLE_ADDRESS, af));
	return validate_check_role(&prefix->addr, ROLE_ADDRESS, ret) &&
	       check_host_bits(&prefix->addr, prefix, ROLE_ADDRESS, ret);
}

/* Append an address to family. */
bool validate_add_address(
	struct net_family *family, const struct ip_prefix *prefix, int af, struct problem *ret)
{
	char shown[IP_TEXT_MAX];

	if (!check_address(prefix, af, ret))
		return false;
	for (size_t i = 0; i < family->n_addresses; i++)
		if (ip_equal(&family->addresses[i].addr, &prefix->addr))
			return problem_set(ret, _("%s stands there twice. Remove one of the two."),
				ip_format(&prefix->addr, shown));
	if (family->n_addresses == NET_ADDRESSES_MAX)
		return problem_set(ret, _("More than %d addresses do not fit. Remove %s."),
			NET_ADDRESSES_MAX, ip_prefix_format(prefix, shown));
	family->addresses[family->n_addresses++] = *prefix;
	return true;
}

/* Say that no address of family covers the gateway. */
static bool outside_problem(
	const struct net_family *family, const struct ip_addr *gateway, struct problem *ret)
{
	const struct ip_prefix *own = &family->addresses[0];
	struct ip_prefix network = { ip_prefix_first(own), own->length };
	struct ip_addr example = gateway_example(own);
	char ip[IP_TEXT_MAX], shown[IP_TEXT_MAX], good[IP_TEXT_MAX];

	ip_format(gateway, ip);
	ip_prefix_format(&network, shown);
	if (example.family == AF_UNSPEC)
		problem_set(ret,
			_("%s is outside %s, a network of this machine alone. No gateway fits in "
			  "there."),
			ip, shown);
	else
		problem_set(ret, _("%s is outside %s. A gateway in that network looks like %s."),
			ip, shown, ip_format(&example, good));
	ret->overridable = true;
	return false;
}

/* Is gateway one that the addresses of family can use? */
bool validate_check_gateway(
	const struct net_family *family, const struct ip_addr *gateway, int af, struct problem *ret)
{
	char ip[IP_TEXT_MAX], good[IP_TEXT_MAX];
	bool covered = gateway->family == AF_INET6 && ip_is_link_local(gateway);

	ip_format(gateway, ip);
	if (gateway->family != af)
		return problem_set(ret, _("%s is a gateway of the wrong family."), ip);
	if (!validate_check_role(gateway, ROLE_GATEWAY, ret))
		return false;
	for (size_t i = 0; i < family->n_addresses; i++) {
		const struct ip_prefix *own = &family->addresses[i];
		struct ip_addr example = gateway_example(own);

		if (ip_equal(&own->addr, gateway))
			return problem_set(ret,
				_("%s is this machine's own address; the gateway is another "
				  "machine. In this network it could be %s."),
				ip,
				example.family != AF_UNSPEC ? ip_format(&example, good)
							    : role_example(ROLE_GATEWAY, af));
		if (!ip_in_prefix(gateway, own))
			continue;
		if (!check_host_bits(gateway, own, ROLE_GATEWAY, ret))
			return false;
		covered = true;
	}
	if (covered || family->gateway_onlink || family->n_addresses == 0)
		return true;
	return outside_problem(family, gateway, ret);
}

/* Append a name server to config. */
bool validate_add_dns(struct net_config *config, const struct ip_addr *server, struct problem *ret)
{
	char ip[IP_TEXT_MAX];

	ip_format(server, ip);
	if (ip_size(server->family) == 0)
		return problem_set(ret, _("A name server has no address."));
	if (!validate_check_role(server, ROLE_DNS, ret))
		return false;
	for (size_t i = 0; i < config->n_dns; i++)
		if (ip_equal(&config->dns[i], server))
			return problem_set(
				ret, _("%s stands there twice. Remove one of the two."), ip);
	if (config->n_dns == NET_DNS_MAX)
		return problem_set(ret, _("More than %d name servers do not fit. Remove %s."),
			NET_DNS_MAX, ip);
	config->dns[config->n_dns++] = *server;
	return true;
}
