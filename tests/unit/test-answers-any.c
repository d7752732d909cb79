/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Any settings, exported and fed back, are the same settings, whatever a link has before. */

#include "answers.h"
#include "any.h"
#include "src/core/validate_parts.h"
#include "test.h"
#include "textfile.h"

#define CASES 20000

/* -- settings that can be -----------------------------------------------------------------------
 */

/* Keep what is good of a family. */
static void tame_family(struct net_family *family, int af)
{
	struct net_family found = { .method = family->method };
	struct problem problem;

	for (size_t i = 0; i < family->n_addresses; i++)
		(void)validate_add_address(&found, &family->addresses[i], af, &problem);
	found.gateway_onlink = true;
	if (family->gateway.family != AF_UNSPEC &&
		validate_check_gateway(&found, &family->gateway, af, &problem))
		found.gateway = family->gateway;
	found.gateway_onlink = family->gateway_onlink && found.gateway.family != AF_UNSPEC;
	if (found.gateway.family != AF_UNSPEC &&
		!validate_check_gateway(&found, &found.gateway, af, &problem))
		found.gateway_onlink = true;
	if (found.method == NET_METHOD_STATIC && found.n_addresses == 0)
		found.method = NET_METHOD_OFF;
	*family = found;
}

/* Keep what is good of the lists. */
static void tame_lists(struct net_config *config)
{
	struct net_config found = { .v4 = config->v4, .v6 = config->v6 };
	struct problem problem;

	for (size_t i = 0; i < config->n_dns; i++)
		(void)validate_add_dns(&found, &config->dns[i], &problem);
	for (size_t i = 0; i < config->n_domains; i++)
		(void)validate_add_domain(&found, config->domains[i], &problem);
	for (size_t i = 0; i < config->n_ntp; i++)
		(void)validate_add_ntp(&found, config->ntp[i], &problem);
	for (size_t i = 0; i < config->n_routes; i++)
		(void)validate_add_route(&found, &config->routes[i], &problem);
	memcpy(found.ifname, config->ifname, IFNAMSIZ);
	found.device = config->device;
	found.dhcp_by_mac = config->dhcp_by_mac;
	found.dhcp_anonymous = config->dhcp_anonymous;
	if (config->mtu != 0 && validate_check_mtu(config->mtu, config, &problem))
		found.mtu = config->mtu;
	*config = found;
}

/* Any settings that firstbootd would take. */
static struct net_config any_good(void)
{
	struct net_config config = any_config(false);
	struct net_device *device = &config.device;
	struct problem problem;

	for (size_t i = 0; i < device->n_ports; i++)
		(void)snprintf(
			device->ports[i], IFNAMSIZ, "port%u", any_below(9) * 10 + (unsigned)i);
	if (device->kind == NET_DEVICE_VLAN && device->vlan_id == 0)
		device->vlan_id = 1;
	if (device->kind == NET_DEVICE_VLAN && any_below(2))
		(void)net_vlan_name(device->ports[0], device->vlan_id, config.ifname);
	tame_family(&config.v4, AF_INET);
	tame_family(&config.v6, AF_INET6);
	tame_lists(&config);
	if (!validate_check_config(&config, &problem))
		test_fail("not tame: %s", problem.text);
	return config;
}

/* -- there and back -----------------------------------------------------------------------------
 */

static void write_all(FILE *f, const void *what)
{
	test_equal_int(answers_write(f, what), 0);
}

/* The answers as text and back. */
static void there_and_back(struct answers *answers)
{
	_cleanup_free_ char *text = NULL, *again = NULL;
	struct answers_problems problems = { 0 };

	test_equal_int(textfile_compose(write_all, answers, &text), 0);
	answers_done(answers);
	test_equal_int(answers_read(text, "any", answers, &problems), 0);
	if (problems.n > 0)
		test_fail("%u: %s\n%s", problems.all[0].line, problems.all[0].text, text);
	test_equal_int(textfile_compose(write_all, answers, &again), 0);
	test_equal_str(again, text);
	answers_problems_done(&problems);
}

/* A link that has other settings. */
static struct net_config any_other(const struct net_config *config)
{
	struct net_config other = any_good();

	memcpy(other.ifname, config->ifname, IFNAMSIZ);
	/* A card that is there is not made by settings. */
	if (config->device.kind == NET_DEVICE_EXISTING)
		other.device = config->device;
	return other;
}

static void test_export(void)
{
	unsigned methods[2][4] = { 0 };

	for (unsigned i = 0; i < CASES && test_failures == 0; i++) {
		static struct answers answers;
		struct net_config config = any_good(), other = any_other(&config), merged;
		bool advertised = any_below(2);
		struct problem problem = { .text = "" };

		methods[0][config.v4.method]++;
		methods[1][config.v6.method]++;
		test_equal_int(answers_add_config(&answers, &config, advertised), 0);
		there_and_back(&answers);
		test_equal_int((long long)answers.n_links, 1);
		test_equal_int(answers.links[0]->advertised, advertised);
		test_assert(answers_merge(answers.links[0], &other, &merged, &problem));
		test_equal_str(problem.text, "");
		test_assert(net_config_equal(&merged, &config));
		/* And where it has them already. */
		test_assert(answers_merge(answers.links[0], &config, &merged, &problem));
		test_assert(net_config_equal(&merged, &config));
		answers_done(&answers);
	}
	/* All ways were tried, but the one that IPv4 has not. */
	for (unsigned method = 0; method < 4; method++) {
		test_assert(methods[1][method] > CASES / 20);
		test_assert(methods[0][method] > CASES / 20 || method == NET_METHOD_DHCP);
	}
}

/* A machine has several. */
static void test_set(void)
{
	for (unsigned i = 0; i < 200 && test_failures == 0; i++) {
		static struct answers answers;
		static struct net_config configs[NET_LINKS_MAX];
		struct net_config merged;
		struct problem problem;

		for (unsigned j = 0; j < NET_LINKS_MAX; j++) {
			configs[j] = any_good();
			configs[j].device = (struct net_device){ 0 };
			(void)snprintf(configs[j].ifname, IFNAMSIZ, "eth%u", j);
			test_equal_int(answers_add_config(&answers, &configs[j], j == 0), 0);
		}
		test_assert(answers_add_config(&answers, &configs[0], false) < 0);
		there_and_back(&answers);
		test_equal_int((long long)answers.n_links, NET_LINKS_MAX);
		for (unsigned j = 0; j < NET_LINKS_MAX; j++) {
			net_config_init(&merged, configs[j].ifname);
			test_assert(answers_merge(answers.links[j], &merged, &merged, &problem));
			test_assert(net_config_equal(&merged, &configs[j]));
		}
		answers_done(&answers);
	}
}

int main(void)
{
	test_run(test_export);
	test_run(test_set);
	return test_result();
}
