/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "netconf.h"

#include <stdio.h>
#include <string.h>

/* Both families automatic on ifname, nothing else set. */
void net_config_init(struct net_config *config, const char *ifname)
{
	*config = (struct net_config){
		.v4.method = NET_METHOD_AUTO,
		.v6.method = NET_METHOD_AUTO,
	};
	snprintf(config->ifname, sizeof(config->ifname), "%s", ifname);
}

/* Same method and, where it is static, same addresses and gateway. */
static bool family_equal(const struct net_family *a, const struct net_family *b)
{
	if (a->method != b->method)
		return false;
	if (a->method != NET_METHOD_STATIC)
		return true;
	if (a->n_addresses != b->n_addresses || !ip_equal(&a->gateway, &b->gateway))
		return false;
	for (size_t i = 0; i < a->n_addresses; i++)
		if (!ip_prefix_equal(&a->addresses[i], &b->addresses[i]))
			return false;
	return a->gateway.family == AF_UNSPEC || a->gateway_onlink == b->gateway_onlink;
}

/* Do both ask for the same thing? */
bool net_config_equal(const struct net_config *a, const struct net_config *b)
{
	if (strcmp(a->ifname, b->ifname) != 0 || a->n_dns != b->n_dns ||
		a->n_domains != b->n_domains)
		return false;
	for (size_t i = 0; i < a->n_dns; i++)
		if (!ip_equal(&a->dns[i], &b->dns[i]))
			return false;
	for (size_t i = 0; i < a->n_domains; i++)
		if (strcmp(a->domains[i], b->domains[i]) != 0)
			return false;
	return family_equal(&a->v4, &b->v4) && family_equal(&a->v6, &b->v6);
}
