/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is typed or sent as one value: a first byte says which field it is for. */

#include <locale.h>

#include "arguments.h"
#include "fuzz.h"
#include "ip.h"
#include "resolvconf.h"
#include "validate.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	fuzz_assert(setlocale(LC_CTYPE, "C.UTF-8"));
	return 0;
}

/* Sentences that can be drawn and sent, where a value was refused; none where it was not. */
static bool check_problem(bool good, const struct problem *problem)
{
	fuzz_assert(good || *problem->text);
	fuzz_assert(memchr(problem->text, 0, sizeof(problem->text)));
	fuzz_assert(good || (fuzz_is_utf8(problem->text) && !fuzz_has_control(problem->text)));
	return good;
}

/* Characters that mean nothing to any file or program that is given a name. */
static void check_name(const char *name, size_t max)
{
	fuzz_assert(*name && strlen(name) <= max && name[0] != '-' && name[0] != '.');
	for (const char *p = name; *p; p++)
		fuzz_assert(strchr("abcdefghijklmnopqrstuvwxyz0123456789.-_", *p) ||
			    (*p >= 'A' && *p <= 'Z'));
}

/* A field on its own: the name of a machine, of a card, numbers. */
static void check_single(const char *text, const struct net_config *config)
{
	char name[HOST_NAME_SIZE];
	struct problem problem;
	uint32_t mtu = 0;
	uint16_t id = 0;

	if (check_problem(validate_hostname(text, name, &problem), &problem)) {
		check_name(name, 64);
		fuzz_assert(!strpbrk(name, "_ABCDEFGHIJKLMNOPQRSTUVWXYZ"));
		fuzz_assert(validate_hostname(name, name, &problem));
	}
	if (check_problem(validate_ifname(text, &problem), &problem)) {
		fuzz_assert(*text && strlen(text) < IFNAMSIZ && !strpbrk(text, "/ \n%*?![\\"));
		fuzz_assert(!streq(text, ".") && !streq(text, ".."));
	}
	if (check_problem(validate_vlan_id(text, &id, &problem), &problem))
		fuzz_assert(id >= 1 && id <= 4094);
	if (check_problem(validate_mtu(text, config, &mtu, &problem), &problem))
		fuzz_assert(mtu == 0 || (mtu >= 576 && mtu <= 9216));
}

/* Lists of addresses, and a gateway that fits them. */
static void check_addresses(const char *text, int af, struct net_family *family)
{
	struct net_family given = *family;
	struct problem problem;

	if (check_problem(validate_addresses(text, af, family, &problem), &problem)) {
		fuzz_assert(family->n_addresses <= NET_ADDRESSES_MAX);
		for (size_t i = 0; i < family->n_addresses; i++) {
			const struct ip_prefix *prefix = &family->addresses[i];

			fuzz_assert(prefix->addr.family == af && prefix->length > 0);
			fuzz_assert(prefix->length <= 8 * ip_size(af));
			fuzz_assert(!ip_is_loopback(&prefix->addr));
		}
	}
	if (check_problem(validate_gateway(text, af, &given, &problem), &problem))
		fuzz_assert(given.gateway.family == AF_UNSPEC || given.gateway.family == af);
}

/* Lists of servers and domains. */
static void check_servers(const char *text, struct net_config *config)
{
	struct problem problem;

	if (check_problem(validate_dns(text, config, &problem), &problem))
		fuzz_assert(config->n_dns <= NET_DNS_MAX);
	if (check_problem(validate_domains(text, config, &problem), &problem)) {
		fuzz_assert(config->n_domains <= NET_DOMAINS_MAX);
		for (size_t i = 0; i < config->n_domains; i++)
			check_name(config->domains[i], DOMAIN_MAX - 1);
	}
	if (check_problem(validate_ntp(text, config, &problem), &problem)) {
		fuzz_assert(config->n_ntp <= NET_NTP_MAX);
		for (size_t i = 0; i < config->n_ntp; i++)
			fuzz_assert(strspn(config->ntp[i],
					    "abcdefghijklmnopqrstuvwxyz0123456789.-:_") ==
				    strlen(config->ntp[i]));
	}
}

/* Nothing but its own lines in resolv.conf(5). */
static void check_resolvconf(const struct net_config *config)
{
	_cleanup_free_ char *text = NULL;
	size_t lines = 0;

	fuzz_assert(resolvconf_render(config, NULL, &text) == 0);
	for (const char *p = text; *p; p++) {
		fuzz_assert(*p == '\n' || (*p >= ' ' && *p <= '~'));
		lines += *p == '\n';
	}
	fuzz_assert(lines == 1 + config->n_dns + (config->n_domains > 0));
}

/* Routes are read back as they are written. */
static void check_routes(const char *text, struct net_config *config)
{
	struct net_config again = *config;
	char line[NET_ROUTE_TEXT_MAX];
	struct problem problem;

	if (!check_problem(validate_routes(text, config, &problem), &problem))
		return;
	fuzz_assert(config->n_routes <= NET_ROUTES_MAX);
	for (size_t i = 0; i < config->n_routes; i++) {
		fuzz_assert(validate_routes(
			net_route_format(&config->routes[i], line), &again, &problem));
		fuzz_assert(again.n_routes == 1);
		fuzz_assert(ip_prefix_equal(
			&again.routes[0].destination, &config->routes[i].destination));
		fuzz_assert(ip_equal(&again.routes[0].gateway, &config->routes[i].gateway));
		fuzz_assert(again.routes[0].metric == config->routes[i].metric);
	}
}

/* An address and a prefix are read back as they are written. */
static void check_ip(const char *text)
{
	struct ip_prefix prefix, prefix_again;
	struct ip_addr addr, addr_again;
	char shown[IP_TEXT_MAX];

	if (ip_parse(text, &addr) == 0) {
		fuzz_assert(ip_parse(ip_format(&addr, shown), &addr_again) == 0);
		fuzz_assert(ip_equal(&addr, &addr_again) && !fuzz_has_control(shown));
	}
	if (ip_prefix_parse(text, &prefix) == 0) {
		struct ip_addr first = ip_prefix_first(&prefix), last = ip_prefix_last(&prefix);

		fuzz_assert(ip_prefix_parse(ip_prefix_format(&prefix, shown), &prefix_again) == 0);
		fuzz_assert(ip_prefix_equal(&prefix, &prefix_again) && !fuzz_has_control(shown));
		fuzz_assert(ip_in_prefix(&first, &prefix) && ip_in_prefix(&last, &prefix));
	}
}

/* What the prober is asked about. */
static void check_arguments(const char *text)
{
	struct ip_addr addr = { 0 };
	int ifindex = -1;

	if (arguments_name(text))
		check_name(text[0] == '_' ? "x" : text, 253);
	if (arguments_path(text))
		fuzz_assert(!fuzz_has_control(text) && !strchr(text, ' '));
	if (arguments_target(text, &addr, &ifindex))
		fuzz_assert(ip_size(addr.family) > 0 && ifindex >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct net_config config;
	_cleanup_free_ char *text = NULL;
	struct problem problem;

	if (size < 1)
		return 0;
	text = fuzz_text(data + 1, size - 1);
	net_config_init(&config, "eth0");
	switch (data[0] % 6) {
	case 0:
		check_single(text, &config);
		break;
	case 1:
		(void)validate_addresses("192.0.2.10/24", AF_INET, &config.v4, &problem);
		check_addresses(text, AF_INET, &config.v4);
		break;
	case 2:
		(void)validate_addresses("2001:db8::10/64", AF_INET6, &config.v6, &problem);
		check_addresses(text, AF_INET6, &config.v6);
		break;
	case 3:
		check_servers(text, &config);
		check_resolvconf(&config);
		break;
	case 4:
		check_routes(text, &config);
		break;
	case 5:
		check_ip(text);
		check_arguments(text);
		break;
	}
	return 0;
}
