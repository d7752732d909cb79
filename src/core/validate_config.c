/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The whole of a link's settings, whoever made it. */

#include "i18n.h"
#include "safe_text.h"
#include "util.h"
#include "validate.h"
#include "validate_parts.h"

#define VALUE_SHOWN 40 /* columns of a refused value */

/* Are the settings of one family in themselves right? */
static bool check_family(const struct net_family *family, int af, struct problem *ret)
{
	struct net_family found = { .gateway_onlink = family->gateway_onlink };

	switch (family->method) {
	case NET_METHOD_OFF:
	case NET_METHOD_AUTO:
		return true;
	case NET_METHOD_DHCP:
		return af == AF_INET6 ||
		       problem_set(ret, _("DHCP without routers is a way of IPv6 alone."));
	case NET_METHOD_STATIC:
		break;
	default: /* it came over the bus */
		return problem_set(ret, _("There is no method %d of setting an address."),
			(int)family->method);
	}
	if (family->n_addresses == 0)
		return problem_set(ret, _("A fixed address was asked for, but none is given."));
	if (family->n_addresses > NET_ADDRESSES_MAX)
		return problem_set(ret, _("More than %d addresses do not fit."), NET_ADDRESSES_MAX);
	for (size_t i = 0; i < family->n_addresses; i++)
		if (!validate_add_address(&found, &family->addresses[i], af, ret))
			return false;
	return family->gateway.family == AF_UNSPEC ||
	       validate_check_gateway(&found, &family->gateway, af, ret);
}

/* Are the names of a config as validate_domains() would have left them? */
static bool check_domains(const struct net_config *config, struct problem *ret)
{
	struct net_config found = { 0 };

	if (config->n_domains > NET_DOMAINS_MAX)
		return problem_set(
			ret, _("More than %d search domains do not fit."), NET_DOMAINS_MAX);
	for (size_t i = 0; i < config->n_domains; i++) {
		if (strnlen(config->domains[i], DOMAIN_MAX) == DOMAIN_MAX)
			return problem_set(ret, _("A search domain is too long."));
		if (!validate_add_domain(&found, config->domains[i], ret))
			return false;
		if (!streq(found.domains[i], config->domains[i]))
			return problem_set(ret, _("The search domain %s must be written as %s."),
				safe_text(config->domains[i], VALUE_SHOWN).text,
				safe_text(found.domains[i], VALUE_SHOWN).text);
	}
	return true;
}

/* Are the name servers of a config good and different? */
static bool check_servers(const struct net_config *config, struct problem *ret)
{
	struct net_config found = { 0 };

	if (config->n_dns > NET_DNS_MAX)
		return problem_set(ret, _("More than %d name servers do not fit."), NET_DNS_MAX);
	for (size_t i = 0; i < config->n_dns; i++)
		if (!validate_add_dns(&found, &config->dns[i], ret))
			return false;
	return true;
}

/* Are the time servers of a config as validate_ntp() would have left them? */
static bool check_time_servers(const struct net_config *config, struct problem *ret)
{
	struct net_config found = { 0 };

	if (config->n_ntp > NET_NTP_MAX)
		return problem_set(ret, _("More than %d time servers do not fit."), NET_NTP_MAX);
	for (size_t i = 0; i < config->n_ntp; i++) {
		if (strnlen(config->ntp[i], DOMAIN_MAX) == DOMAIN_MAX)
			return problem_set(ret, _("The name of a time server is too long."));
		if (!validate_add_ntp(&found, config->ntp[i], ret))
			return false;
		if (!streq(found.ntp[i], config->ntp[i]))
			return problem_set(ret, _("The time server %s must be written as %s."),
				safe_text(config->ntp[i], VALUE_SHOWN).text,
				safe_text(found.ntp[i], VALUE_SHOWN).text);
	}
	return true;
}

/* Are the routes of a config good and different? */
static bool check_routes(const struct net_config *config, struct problem *ret)
{
	struct net_config found = { .v4 = config->v4, .v6 = config->v6 };

	if (config->n_routes > NET_ROUTES_MAX)
		return problem_set(ret, _("More than %d routes do not fit."), NET_ROUTES_MAX);
	for (size_t i = 0; i < config->n_routes; i++)
		if (!validate_add_route(&found, &config->routes[i], ret))
			return false;
	return true;
}

/* Are the links that a device is made of different ones, and others than itself? */
static bool check_ports(const struct net_config *config, struct problem *ret)
{
	const struct net_device *device = &config->device;

	for (size_t i = 0; i < device->n_ports; i++) {
		const char *port = device->ports[i];

		if (strnlen(port, IFNAMSIZ) == IFNAMSIZ)
			return problem_set(ret, _("The name of the network card is too long."));
		if (!validate_ifname(port, ret))
			return false;
		if (streq(port, config->ifname))
			return problem_set(ret,
				_("%s cannot be made of itself. Choose another name for it, such "
				  "as %s."),
				port, device->kind == NET_DEVICE_BOND ? "bond0" : "vlan10");
		for (size_t j = 0; j < i; j++)
			if (streq(port, device->ports[j]))
				return problem_set(ret,
					_("%s is in %s twice. Remove one of the two."), port,
					config->ifname);
	}
	return true;
}

/* Is the link made of something that there can be? */
static bool check_device(const struct net_config *config, struct problem *ret)
{
	const struct net_device *device = &config->device;

	switch (device->kind) {
	case NET_DEVICE_EXISTING:
		return device->n_ports == 0 ||
		       problem_set(ret, _("%s is a network card and not made of others."),
			       config->ifname);
	case NET_DEVICE_VLAN:
		if (device->n_ports != 1)
			return problem_set(ret,
				_("The VLAN %s needs one network card that it stands on."),
				config->ifname);
		return check_ports(config, ret) && validate_check_vlan_id(device->vlan_id, ret);
	case NET_DEVICE_BOND:
		if (device->n_ports == 0 || device->n_ports > NET_PORTS_MAX)
			return problem_set(ret,
				_("The bond %s needs 1 to %d network cards that it is made of."),
				config->ifname, NET_PORTS_MAX);
		if ((unsigned)device->bond_mode > NET_BOND_BALANCE_ALB)
			return problem_set(
				ret, _("There is no kind of bond %d."), (int)device->bond_mode);
		return check_ports(config, ret);
	default: /* it came over the bus */
		return problem_set(ret, _("There is no kind of link %d."), (int)device->kind);
	}
}

/* Is a config right but for having any address? */
bool validate_check_config(const struct net_config *config, struct problem *ret)
{
	*ret = (struct problem){ 0 };
	if (strnlen(config->ifname, IFNAMSIZ) == IFNAMSIZ)
		return problem_set(ret, _("The name of the network card is too long."));
	return validate_ifname(config->ifname, ret) && check_device(config, ret) &&
	       check_family(&config->v4, AF_INET, ret) &&
	       check_family(&config->v6, AF_INET6, ret) && check_servers(config, ret) &&
	       check_domains(config, ret) && check_time_servers(config, ret) &&
	       (config->mtu == 0 || validate_check_mtu(config->mtu, config, ret)) &&
	       check_routes(config, ret);
}

/* Has the link no addresses of either family? */
bool validate_is_bare(const struct net_config *config)
{
	return config->v4.method == NET_METHOD_OFF && config->v6.method == NET_METHOD_OFF;
}
