/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "origin.h"
#include "test.h"
#include "util.h"

/* A link with one of everything. */
static struct net_config make_config(enum net_method v4, enum net_method v6)
{
	struct net_config config = { .v4.method = v4,
		.v6.method = v6,
		.v4.n_addresses = 1,
		.v6.n_addresses = 1,
		.n_dns = 1,
		.n_domains = 1,
		.n_ntp = 1,
		.n_routes = 1,
		.mtu = 1400 };

	ip_prefix_parse("192.0.2.10/24", &config.v4.addresses[0]);
	ip_prefix_parse("2001:db8::10/64", &config.v6.addresses[0]);
	ip_parse("192.0.2.1", &config.v4.gateway);
	ip_parse("fe80::1", &config.v6.gateway);
	ip_prefix_parse("10.0.0.0/8", &config.routes[0].destination);
	return config;
}

/* The manager's words for everything. */
static struct link_state make_state(const char *v4, const char *v6, const char *file)
{
	struct link_state state = { .known = true, .n_origins = 2, .n_routes = 1 };

	ip_parse("192.0.2.10", &state.origins[0].addr);
	ip_parse("2001:db8::10", &state.origins[1].addr);
	ip_prefix_parse("10.0.0.0/8", &state.routes[0].route.destination);
	strcpy(state.origins[0].source, v4);
	strcpy(state.origins[1].source, v6);
	strcpy(state.routes[0].source, v4);
	strcpy(state.gateway_source[0], v4);
	strcpy(state.gateway_source[1], v6);
	strcpy(state.dns_source, v4);
	strcpy(state.domains_source, v4);
	strcpy(state.ntp_source, "runtime");
	strcpy(state.network_file, file);
	return state;
}

/* A lease and a router beside the vendor's file. */
static void test_lease(void)
{
	struct net_config config = make_config(NET_METHOD_AUTO, NET_METHOD_AUTO);
	struct link_state state =
		make_state("DHCPv4", "NDisc", "/usr/lib/systemd/network/80-dhcp.network");
	struct net_origins origins;

	state.lease.mtu = 1400;
	origin_read(&config, &state, &origins);
	test_equal_int(origins.address[0], ORIGIN_LEASE);
	test_equal_int(origins.gateway[0], ORIGIN_LEASE);
	test_equal_int(origins.address[1], ORIGIN_ROUTER);
	test_equal_int(origins.gateway[1], ORIGIN_ROUTER);
	test_equal_int(origins.dns, ORIGIN_LEASE);
	test_equal_int(origins.domains, ORIGIN_LEASE);
	test_equal_int(origins.ntp, ORIGIN_VENDOR);
	test_equal_int(origins.mtu, ORIGIN_LEASE);
	test_equal_int(origins.routes, ORIGIN_LEASE);
	test_equal_str(origins.file, "/usr/lib/systemd/network/80-dhcp.network");
}

/* Files, by whose hand they are. */
static void test_files(void)
{
	static const struct {
		const char *file;
		enum origin origin;
	} table[] = {
		{ "/etc/systemd/network/05-firstboot-enp1s0.network", ORIGIN_OPERATOR },
		{ "/run/systemd/network/04-firstboot-pending-enp1s0-1.network", ORIGIN_OPERATOR },
		{ "/etc/NetworkManager/system-connections/firstboot-enp1s0.nmconnection",
			ORIGIN_OPERATOR },
		{ "/etc/systemd/network/10-mine.network", ORIGIN_FILE },
		{ "/run/systemd/network/10-netplan-eth0.network", ORIGIN_CREDENTIAL },
		{ "/run/NetworkManager/system-connections/Wired connection 1.nmconnection",
			ORIGIN_VENDOR },
		{ "/run/NetworkManager/system-connections/eth0.nmconnection", ORIGIN_CREDENTIAL },
		{ "/usr/lib/systemd/network/80-dhcp.network", ORIGIN_VENDOR },
		{ "/lib/systemd/network/80-dhcp.network", ORIGIN_VENDOR },
		{ "", ORIGIN_FOREIGN },
	};
	struct net_config config = make_config(NET_METHOD_STATIC, NET_METHOD_STATIC);

	for (size_t i = 0; i < ARRAY_SIZE(table); i++) {
		struct link_state state = make_state("static", "static", table[i].file);
		struct net_origins origins;

		origin_read(&config, &state, &origins);
		if (origins.address[0] != table[i].origin || origins.mtu != table[i].origin ||
			origins.gateway[1] != table[i].origin || origins.ntp != table[i].origin)
			test_fail("\"%s\"", table[i].file);
	}
}

/* Nobody tells: by the lifetimes alone; and nothing has no origin. */
static void test_nobody_tells(void)
{
	struct net_config config = make_config(NET_METHOD_AUTO, NET_METHOD_AUTO);
	static const struct net_config nothing;
	static const struct net_origins none;
	struct net_origins origins;

	origin_read(&config, NULL, &origins);
	test_equal_int(origins.address[0], ORIGIN_LEASE);
	test_equal_int(origins.address[1], ORIGIN_ROUTER);
	test_equal_int(origins.mtu, ORIGIN_FOREIGN);
	config = make_config(NET_METHOD_STATIC, NET_METHOD_DHCP);
	origin_read(&config, NULL, &origins);
	test_equal_int(origins.address[0], ORIGIN_FOREIGN);
	test_equal_int(origins.address[1], ORIGIN_LEASE);
	origin_read(&nothing, NULL, &origins);
	test_assert(memcmp(&origins, &none, sizeof(none)) == 0);
}

/* Each has words of its own. */
static void test_words(void)
{
	test_equal_str(origin_words(ORIGIN_NONE), "");
	for (enum origin a = ORIGIN_LEASE; a <= ORIGIN_FOREIGN; a++) {
		test_assert(*origin_words(a));
		for (enum origin b = ORIGIN_LEASE; b < a; b++)
			test_assert(!streq(origin_words(a), origin_words(b)));
	}
}

int main(void)
{
	test_run(test_lease);
	test_run(test_files);
	test_run(test_nobody_tells);
	test_run(test_words);
	return test_result();
}
