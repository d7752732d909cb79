/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Checks of single binary values, which text fields and whole configs have in common. */

#include "validate.h"
#include "words.h"

/* What an address is wanted for. */
enum role {
	ROLE_ADDRESS = 1,
	ROLE_GATEWAY = 2,
	ROLE_DNS = 4,
	ROLE_NTP = 8,
	ROLE_NETWORK = 16, /* where a route leads */
	ROLE_ANY = 31,
};

/* What an address for this role looks like, when nothing better can be computed. */
const char *role_example(enum role role, int af);

/* Append an address to family when it is good and not there yet. */
bool validate_add_address(
	struct net_family *family, const struct ip_prefix *prefix, int af, struct problem *ret);

/* Is gateway one that the addresses of family can use? */
bool validate_check_gateway(const struct net_family *family, const struct ip_addr *gateway, int af,
	struct problem *ret);

/* Append a name server to config when it is good and not there yet. */
bool validate_add_dns(struct net_config *config, const struct ip_addr *server, struct problem *ret);

/* Can an address play the role at all? */
bool validate_check_role(const struct ip_addr *addr, enum role role, struct problem *ret);

/* Can a network be reached by a route? */
bool validate_check_network(const struct ip_prefix *network, struct problem *ret);

/* Append a search domain to config when it is good and not there yet. */
bool validate_add_domain(struct net_config *config, const char *word, struct problem *ret);

/* Append a time server, likewise. */
bool validate_add_ntp(struct net_config *config, const char *word, struct problem *ret);

/* Append a route that is good for the addresses of config, likewise. */
bool validate_add_route(
	struct net_config *config, const struct net_route *route, struct problem *ret);

/* The rules of a VLAN id, and of an MTU that is given. */
bool validate_check_vlan_id(uint32_t id, struct problem *ret);
bool validate_check_mtu(uint32_t mtu, const struct net_config *config, struct problem *ret);

/* The next word of a list with a prefix or netmask that is written behind it. */
bool validate_next_prefix(const char **text, char ret[static WORD_MAX]);

/* One link of a set, by every rule of validate.h; it may have no addresses, where others do. */
bool validate_check_config(const struct net_config *config, struct problem *ret);
bool validate_is_bare(const struct net_config *config);
