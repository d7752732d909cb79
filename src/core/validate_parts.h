/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/* Checks of single binary values, which text fields and whole configs have in common. */

#include "validate.h"

/* What an address is wanted for. */
enum role {
	ROLE_ADDRESS = 1,
	ROLE_GATEWAY = 2,
	ROLE_DNS = 4,
	ROLE_ANY = 7,
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
