/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The keys of [Network] that are about servers, routes and DHCP. */

#include "answers_parts.h"
#include "i18n.h"
#include "util.h"
#include "validate.h"
#include "validate_parts.h"

static bool set_dns(struct answers_subject *subject, const char *value, struct problem *problem)
{
	struct net_config *config = &subject->link->config, found;

	if (!validate_dns(value, &found, problem))
		return false;
	if (answers_link_give(subject, LINK_ANSWER_DNS) || !*value)
		config->n_dns = 0;
	for (size_t i = 0; i < found.n_dns; i++)
		if (!validate_add_dns(config, &found.dns[i], problem))
			return false;
	return true;
}

static void write_dns(FILE *f, const char *name, const struct answers_subject *subject)
{
	const struct net_config *config = &subject->link->config;
	char ip[IP_TEXT_MAX];

	for (size_t i = 0; i < config->n_dns; i++)
		fprintf(f, "%s=%s\n", name, ip_format(&config->dns[i], ip));
	if (config->n_dns == 0)
		fprintf(f, "%s=\n", name);
}

static bool set_domains(struct answers_subject *subject, const char *value, struct problem *problem)
{
	struct net_config *config = &subject->link->config, found;

	if (!validate_domains(value, &found, problem))
		return false;
	if (answers_link_give(subject, LINK_ANSWER_DOMAINS) || !*value)
		config->n_domains = 0;
	for (size_t i = 0; i < found.n_domains; i++)
		if (!validate_add_domain(config, found.domains[i], problem))
			return false;
	return true;
}

/* A list of names, each on a line. */
static void write_names(FILE *f, const char *name, const char (*names)[DOMAIN_MAX], size_t n)
{
	for (size_t i = 0; i < n; i++)
		fprintf(f, "%s=%s\n", name, names[i]);
	if (n == 0)
		fprintf(f, "%s=\n", name);
}

static void write_domains(FILE *f, const char *name, const struct answers_subject *subject)
{
	const struct net_config *config = &subject->link->config;

	write_names(f, name, config->domains, config->n_domains);
}

static bool set_ntp(struct answers_subject *subject, const char *value, struct problem *problem)
{
	struct net_config *config = &subject->link->config, found;

	if (!validate_ntp(value, &found, problem))
		return false;
	if (answers_link_give(subject, LINK_ANSWER_NTP) || !*value)
		config->n_ntp = 0;
	for (size_t i = 0; i < found.n_ntp; i++)
		if (!validate_add_ntp(config, found.ntp[i], problem))
			return false;
	return true;
}

static void write_ntp(FILE *f, const char *name, const struct answers_subject *subject)
{
	const struct net_config *config = &subject->link->config;

	write_names(f, name, config->ntp, config->n_ntp);
}

/* Whether IPv6 can live with it is seen where the families are known. */
static bool set_mtu(struct answers_subject *subject, const char *value, struct problem *problem)
{
	static const struct net_config none;

	if (!validate_mtu(value, &none, &subject->link->config.mtu, problem))
		return false;
	(void)answers_link_give(subject, LINK_ANSWER_MTU);
	return true;
}

static void write_mtu(FILE *f, const char *name, const struct answers_subject *subject)
{
	uint32_t mtu = subject->link->config.mtu;

	if (mtu == 0)
		fprintf(f, "%s=\n", name);
	else
		fprintf(f, "%s=%u\n", name, mtu);
}

/* Likewise whether their gateways are on the link. */
static bool set_routes(struct answers_subject *subject, const char *value, struct problem *problem)
{
	struct net_config *config = &subject->link->config, found, all;

	net_config_init(&found, "");
	net_config_init(&all, "");
	if (!validate_routes(value, &found, problem))
		return false;
	if (!answers_link_give(subject, LINK_ANSWER_ROUTES) && *value) {
		memcpy(all.routes, config->routes, sizeof(all.routes));
		all.n_routes = config->n_routes;
	}
	for (size_t i = 0; i < found.n_routes; i++)
		if (!validate_add_route(&all, &found.routes[i], problem))
			return false;
	memcpy(config->routes, all.routes, sizeof(all.routes));
	config->n_routes = all.n_routes;
	return true;
}

static void write_routes(FILE *f, const char *name, const struct answers_subject *subject)
{
	const struct net_config *config = &subject->link->config;
	char text[NET_ROUTE_TEXT_MAX];

	for (size_t i = 0; i < config->n_routes; i++)
		fprintf(f, "%s=%s\n", name, net_route_format(&config->routes[i], text));
	if (config->n_routes == 0)
		fprintf(f, "%s=\n", name);
}

/* -- the rest -----------------------------------------------------------------------------------
 */

static bool set_client_id(
	struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!answers_parse_choice(value, "duid", "mac", &subject->link->config.dhcp_by_mac))
		return false;
	(void)answers_link_give(subject, LINK_ANSWER_CLIENT_ID);
	return true;
}

static void write_client_id(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->link->config.dhcp_by_mac ? "mac" : "duid");
}

static bool set_send_hostname(
	struct answers_subject *subject, const char *value, struct problem *problem)
{
	bool send;

	if (!answers_parse_switch(value, true, &send))
		return false;
	subject->link->config.dhcp_anonymous = !send;
	(void)answers_link_give(subject, LINK_ANSWER_SEND_HOSTNAME);
	return true;
}

static void write_send_hostname(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->link->config.dhcp_anonymous ? "no" : "yes");
}

static bool set_advertised(
	struct answers_subject *subject, const char *value, struct problem *problem)
{
	if (!answers_parse_switch(value, false, &subject->link->advertised))
		return false;
	(void)answers_link_give(subject, LINK_ANSWER_ADVERTISED);
	return true;
}

static void write_advertised(FILE *f, const char *name, const struct answers_subject *subject)
{
	fprintf(f, "%s=%s\n", name, subject->link->advertised ? "yes" : "no");
}

const struct answers_key answers_server_keys[] = {
	{ "Network", "DNS", N_("the address of a name server, such as 192.0.2.53"), LINK_ANSWER_DNS,
		true, false, set_dns, write_dns },
	{ "Network", "Domains", N_("a domain, such as example.com"), LINK_ANSWER_DOMAINS, true,
		false, set_domains, write_domains },
	{ "Network", "NTP", N_("the name or address of a time server"), LINK_ANSWER_NTP, true,
		false, set_ntp, write_ntp },
	{ "Network", "MTU", N_("a number from 576 to 9216"), LINK_ANSWER_MTU, false, false, set_mtu,
		write_mtu },
	{ "Network", "Route", N_("a route, such as 10.0.0.0/8 via 192.0.2.2"), LINK_ANSWER_ROUTES,
		true, false, set_routes, write_routes },
	{ "Network", "ClientIdentifier", N_("mac or duid"), LINK_ANSWER_CLIENT_ID, false, false,
		set_client_id, write_client_id },
	{ "Network", "SendHostname", N_("yes or no"), LINK_ANSWER_SEND_HOSTNAME, false, false,
		set_send_hostname, write_send_hostname },
	{ "Network", "Advertise", N_("yes or no"), LINK_ANSWER_ADVERTISED, false, false,
		set_advertised, write_advertised },
	{ 0 },
};
