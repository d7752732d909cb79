/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Any settings, from a fixed sequence of numbers: the same ones in every run. */

#include <stdint.h>

#include "netconf.h"
#include "util.h"

static uint64_t any_state = 88172645463325252u;

/* The next number below n (xorshift). */
static inline unsigned any_below(unsigned n)
{
	any_state ^= any_state << 13;
	any_state ^= any_state >> 7;
	any_state ^= any_state << 17;
	return (unsigned)(any_state >> 32) % n;
}

/* An address of random bytes, one in four of them a border value. */
static inline struct ip_addr any_addr(int af)
{
	static const uint8_t borders[] = { 0, 1, 127, 255 };
	struct ip_addr addr = { .family = af };

	for (size_t i = 0; i < ip_size(af); i++)
		addr.bytes[i] = any_below(4) ? (uint8_t)any_below(256)
					     : borders[any_below(ARRAY_SIZE(borders))];
	return addr;
}

/* An address with a prefix length; one in many is a bit too long when wild. */
static inline struct ip_prefix any_prefix(int af, bool wild)
{
	return (struct ip_prefix){
		any_addr(af),
		(uint8_t)any_below((unsigned)ip_size(af) * 8 + (wild ? 2 : 1)),
	};
}

/* A name of 1 to 12 characters that a host may have, and of some that it may not when wild. */
static inline void any_name(char *ret, bool wild)
{
	static const char letters[] = "abcxyzmno019-._";
	unsigned length = 1 + any_below(12);

	for (unsigned i = 0; i < length; i++)
		ret[i] = letters[any_below(wild ? sizeof(letters) - 1 : 9)];
	ret[length] = '\0';
}

/* One family. */
static inline struct net_family any_family(int af, bool wild)
{
	struct net_family family = {
		.method = (enum net_method)any_below(af == AF_INET && !wild ? 3 : 4),
	};

	family.n_addresses = any_below(wild ? NET_ADDRESSES_MAX + 1 : 3);
	for (size_t i = 0; i < family.n_addresses; i++)
		family.addresses[i] = any_prefix(af, wild);
	if (any_below(2)) {
		family.gateway = any_addr(af);
		family.gateway_onlink = any_below(4) != 0;
	}
	return family;
}

/* What a link is made of. */
static inline struct net_device any_device(bool wild)
{
	struct net_device device = { .kind = (enum net_device_kind)any_below(3) };

	if (device.kind == NET_DEVICE_EXISTING)
		return device;
	device.n_ports = device.kind == NET_DEVICE_VLAN ? 1 : 1 + any_below(NET_PORTS_MAX);
	for (size_t i = 0; i < device.n_ports; i++)
		any_name(device.ports[i], wild);
	if (device.kind == NET_DEVICE_VLAN)
		device.vlan_id = (uint16_t)any_below(wild ? 4096 : 4094);
	else
		device.bond_mode = (enum net_bond_mode)any_below(3);
	return device;
}

/* Name servers, domains and time servers. */
static inline void any_servers(struct net_config *config, bool wild)
{
	config->n_dns = any_below(4);
	for (size_t i = 0; i < config->n_dns; i++)
		config->dns[i] = any_addr(any_below(2) ? AF_INET : AF_INET6);
	config->n_domains = any_below(3);
	for (size_t i = 0; i < config->n_domains; i++)
		any_name(config->domains[i], wild);
	config->n_ntp = any_below(3);
	for (size_t i = 0; i < config->n_ntp; i++)
		any_name(config->ntp[i], wild);
}

/* Settings of a link. wild: many of them break a rule. */
static inline struct net_config any_config(bool wild)
{
	struct net_config config = { .mtu = any_below(2) ? 0 : 500 + any_below(9000) };

	any_name(config.ifname, wild);
	config.device = any_device(wild);
	config.v4 = any_family(AF_INET, wild);
	config.v6 = any_family(AF_INET6, wild);
	any_servers(&config, wild);
	config.n_routes = any_below(3);
	for (size_t i = 0; i < config.n_routes; i++) {
		int af = any_below(2) ? AF_INET : AF_INET6;

		config.routes[i].destination = any_prefix(af, wild);
		if (any_below(2))
			config.routes[i].gateway = any_addr(af);
		config.routes[i].metric = any_below(2) ? 0 : any_below(UINT32_MAX);
	}
	config.dhcp_by_mac = any_below(2);
	config.dhcp_anonymous = any_below(2);
	return config;
}

/* A set of up to max links of different names. */
static inline void any_set(struct net_set *ret, size_t max, bool wild)
{
	memset(ret, 0, sizeof(*ret));
	ret->n_links = any_below((unsigned)max + 1);
	for (size_t i = 0; i < ret->n_links; i++) {
		ret->links[i] = any_config(wild);
		snprintf(ret->links[i].ifname, IFNAMSIZ, "eth%u", (unsigned)i % 100);
	}
	if (ret->n_links > 0 && any_below(2))
		memcpy(ret->advertised, ret->links[0].ifname, IFNAMSIZ);
}
