/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

/*
 * Is a value one that the kernel, networkd and hostnamed would take and that leaves the customer's
 * machine reachable? The pages ask here while typing; firstbootd asks again before it writes.
 *
 * Every function returns true when the value is good. When it is not, ret holds one or two whole
 * sentences for the customer: the value, the rule, an example that would pass. Text fields may have
 * white space around them.
 */

#include <stdbool.h>

#include "netconf.h"
#include "problem.h"

/* A name as hostnamed takes it (hostname(7), RFC 1123): 64 characters, labels of 1 to 63 letters,
 * digits and inner dashes; not localhost, not all digits and dots. ret_name is lower-cased and
 * without a final dot. */
bool validate_hostname(const char *text, char ret_name[static HOST_NAME_SIZE], struct problem *ret);

/* An address with its prefix that a host can have: not the network's own or broadcast address (RFC
 * 3021 exempts /31, and /32), not multicast, loopback, unspecified or reserved. Several, separated
 * by spaces or commas, fill ret_family. */
bool validate_addresses(
	const char *text, int family, struct net_family *ret_family, struct problem *ret);

/* A gateway for the addresses in family; empty means none. Outside of their networks: overridable,
 * unless onlink is set in family already. Fills family->gateway. */
bool validate_gateway(const char *text, int af, struct net_family *family, struct problem *ret);

/* Up to NET_DNS_MAX different servers of either family, separated by spaces or commas; empty means
 * none. Fills config->dns. */
bool validate_dns(const char *text, struct net_config *config, struct problem *ret);

/* Up to NET_DOMAINS_MAX search domains, likewise. Fills config->domains. */
bool validate_domains(const char *text, struct net_config *config, struct problem *ret);

/* An interface name that may stand in a file name and in a Name= line: [A-Za-z0-9._-]{1,15}, not
 * "." or "..", not all digits. Stricter than the kernel, which allows escape characters and globs.
 */
bool validate_ifname(const char *text, struct problem *ret);

/* VLAN id: 1 to 4094 (IEEE 802.1Q). */
bool validate_vlan_id(const char *text, uint16_t *ret_id, struct problem *ret);

/* MTU: empty for the link's own (0), else 576 (RFC 791) to 9216; at least 1280 where the config has
 * IPv6 (RFC 8200). */
bool validate_mtu(
	const char *text, const struct net_config *config, uint32_t *ret_mtu, struct problem *ret);

/* Up to NET_NTP_MAX time servers, names or addresses, likewise. Fills config->ntp. */
bool validate_ntp(const char *text, struct net_config *config, struct problem *ret);

/* Up to NET_ROUTES_MAX routes as net_route_format() writes them, separated by commas: "DESTINATION
 * [via GATEWAY] [metric NUMBER]"; empty means none. The gateways must fit the addresses in config,
 * where these are fixed. Fills config->routes. */
bool validate_routes(const char *text, struct net_config *config, struct problem *ret);

/* A whole set, whoever made it: each config by every rule above (it may have both families off, as
 * long as another link has not), no link and no address twice, a bond's ports in nothing else, no
 * VLAN on a VLAN or twice, the advertised link among them or empty. */
bool validate_net_set(const struct net_set *set, struct problem *ret);
