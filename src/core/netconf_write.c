/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "netconf_write.h"

/* Each on a line. */
void netconf_write_servers(FILE *f, const struct net_config *config)
{
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < config->n_dns; i++)
		fprintf(f, "DNS=%s\n", ip_format(&config->dns[i], ip));
	for (size_t i = 0; i < config->n_domains; i++)
		fprintf(f, "Domains=%s\n", config->domains[i]);
	for (size_t i = 0; i < config->n_ntp; i++)
		fprintf(f, "NTP=%s\n", config->ntp[i]);
}

/* What is not set has no line. */
void netconf_write_routes(FILE *f, const struct net_config *config)
{
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < config->n_routes; i++) {
		const struct net_route *route = &config->routes[i];

		fprintf(f, "\n[Route]\nDestination=%s\n",
			ip_prefix_format(&route->destination, ip));
		if (route->gateway.family != AF_UNSPEC)
			fprintf(f, "Gateway=%s\n", ip_format(&route->gateway, ip));
		if (route->metric != 0)
			fprintf(f, "Metric=%u\n", route->metric);
	}
}
