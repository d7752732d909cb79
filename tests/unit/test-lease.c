/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <time.h>

#include "lease.h"
#include "test.h"
#include "util.h"

/* Now, in microseconds. */
static uint64_t now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* The file as systemd 252 writes it. */
static void test_file(void)
{
	struct link_lease lease = { 0 };

	lease_parse("# This is private data. Do not parse.\nADDRESS=192.0.2.111\nT1=1800\nT2=3150\n"
		    "LIFETIME=3600\nMTU=1400\nDNS=192.0.2.1\nDOMAINNAME=example.com\n"
		    "DOMAIN_SEARCH_LIST=example.net example.com\nHOSTNAME=given\n"
		    "CLIENTID=ff5f6daaa800020000ab11616a4446e6996ab1\n",
		&lease);
	test_equal_int(lease.lifetime_s, 3600);
	test_equal_int(lease.renew_s, 1800);
	test_equal_int(lease.rebind_s, 3150);
	test_equal_int(lease.mtu, 1400);
	test_equal_str(lease.client_id, "ff:5f:6d:aa:a8:00:02:00:00:ab:11:61:6a:44:46:e6:99:6a:b1");
	test_equal_int((long long)lease.n_domains, 2);
	test_equal_str(lease.domains[0], "example.com");
	test_equal_str(lease.domains[1], "example.net");
	test_equal_str(lease.hostname, "");
}

/* What is known already stays; what is not understood is left out. */
static void test_strange_file(void)
{
	static const struct link_lease nothing;
	struct link_lease lease = { .renew_s = 7, .client_id = "01:02" }, empty = { 0 };

	lease_parse("T1=1800\nCLIENTID=ff00\n", &lease);
	test_equal_int(lease.renew_s, 7);
	test_equal_str(lease.client_id, "01:02");
	lease_parse("LIFETIME=1h\nT1=30min\nT2=\nMTU=-1\nCLIENTID=0g\nDOMAINNAME=\n =\n\n"
		    "DOMAIN_SEARCH_LIST=  \nT1 =5\nXT1=5\nCLIENTID="
		    "000000000000000000000000000000000000000000000000000000000000000000\n",
		&empty);
	test_assert(memcmp(&empty, &nothing, sizeof(nothing)) == 0);
}

/* Identifiers of all lengths. */
static void test_id(void)
{
	uint8_t id[LEASE_ID_MAX + 1] = { 0xff, 1, 0 };
	char text[3 * LEASE_ID_MAX + 1];

	lease_print_id(id, 0, text);
	test_equal_str(text, "");
	lease_print_id(id, 2, text);
	test_equal_str(text, "ff:01");
	lease_print_id(id, LEASE_ID_MAX, text);
	test_equal_int((long long)strlen(text), 3 * LEASE_ID_MAX - 1);
	lease_print_id(id, LEASE_ID_MAX + 1, text);
	test_equal_str(text, "");
}

/* Times of the boot clock become times of day, and the one that is missing follows. */
static void test_times(void)
{
	uint64_t boot = now(CLOCK_BOOTTIME), real = now(CLOCK_REALTIME);
	struct link_state state = {
		.dhcp4 = true, .lease.obtained = boot, .lease.ends = boot + 3600000000
	};

	lease_complete(999999, &state);
	test_equal_int(state.lease.lifetime_s, 3600);
	test_assert(state.lease.obtained > real - 2000000 && state.lease.obtained < real + 2000000);
	test_equal_int((long long)(state.lease.ends - state.lease.obtained), 3600000000);
	state = (struct link_state){ .dhcp4 = true, .lease.lifetime_s = 60, .lease.ends = boot };
	lease_complete(999999, &state);
	test_assert(state.lease.obtained + 60000000 == state.lease.ends || boot <= 60000000);
	state = (struct link_state){ .dhcp4 = true };
	lease_complete(999999, &state);
	test_assert(state.lease.obtained == 0 && state.lease.ends == 0);
	state = (struct link_state){ .lease.obtained = 7 };
	lease_complete(999999, &state);
	test_equal_int((long long)state.lease.obtained, 7);
}

/* Times that differ by what the kernel rounds off stay as they were. */
static void test_same_times(void)
{
	struct link_lease before = { .obtained = 100000000, .ends = 200000000 };
	struct link_lease lease = { .obtained = 101500000, .ends = 198500000 };

	lease_keep_times(&before, &lease);
	test_assert(memcmp(&before, &lease, sizeof(lease)) == 0);
	lease.obtained = 102000000;
	lease.ends = 0;
	lease_keep_times(&before, &lease);
	test_equal_int((long long)lease.obtained, 102000000);
	test_equal_int((long long)lease.ends, 0);
}

/* A lease and a prefix, as they are now. */
static void make_given(struct net_config *config, struct link_state *state)
{
	*config = (struct net_config){ .v4.method = NET_METHOD_AUTO, .v6.method = NET_METHOD_AUTO };
	*state = (struct link_state){ .n_origins = 2, .lease.hostname = "vault" };
	ip_prefix_parse("192.0.2.111/24", &config->v4.addresses[config->v4.n_addresses++]);
	ip_prefix_parse("2001:db8::5/64", &config->v6.addresses[config->v6.n_addresses++]);
	ip_parse("192.0.2.1", &config->v4.gateway);
	ip_parse("fe80::1", &config->v6.gateway);
	ip_parse("192.0.2.2", &state->dhcp_server);
	config->n_dns = 1;
	ip_parse("192.0.2.3", &config->dns[0]);
	config->mtu = 1400;
	ip_parse("192.0.2.111", &state->origins[0].addr);
	strcpy(state->origins[0].source, "DHCPv4");
	ip_parse("2001:db8::5", &state->origins[1].addr);
	strcpy(state->origins[1].source, "NDisc");
}

/* Everything is lost of a lease and a prefix that are kept as they are. */
static void test_losses(void)
{
	char texts[LEASE_LOSSES_MAX][LEASE_LOSS_SIZE];
	struct net_config now, wanted;
	struct link_state state;

	make_given(&now, &state);
	wanted = now;
	test_equal_int((long long)lease_losses(&now, &wanted, &state, texts), 0);
	wanted.v4.method = wanted.v6.method = NET_METHOD_STATIC;
	test_equal_int((long long)lease_losses(&now, &wanted, &state, texts), 5);
	test_equal_str(texts[0],
		"192.0.2.111 is lent by the DHCP server 192.0.2.2: have it reserved there, or "
		"another machine may be given it.");
	test_assert(strstr(texts[1], "The network of 2001:db8::5 "));
	test_equal_str(texts[2],
		"The gateway 192.0.2.1, fe80::1 and the servers stay as they are today, also when "
		"the network gets others.");
	test_assert(strstr(texts[3], "MTU stays 1400"));
	test_assert(strstr(texts[4], "the name vault in"));
	strcpy(state.origins[1].source, "DHCPv6");
	test_equal_int((long long)lease_losses(&now, &wanted, &state, texts), 5);
	test_assert(strstr(texts[1], "2001:db8::5 is lent by the DHCPv6 server: "));
	test_equal_int((long long)lease_losses(&now, &wanted, NULL, texts), 4);
	test_equal_int((long long)lease_losses(&wanted, &wanted, &state, texts), 0);
}

/* Nothing is said of what is replaced by other values, or stays automatic. */
static void test_losses_of_what_is_kept(void)
{
	char texts[LEASE_LOSSES_MAX][LEASE_LOSS_SIZE];
	struct net_config now, wanted;
	struct link_state state;

	make_given(&now, &state);
	wanted = now;
	wanted.v4.method = NET_METHOD_STATIC;
	ip_prefix_parse("192.0.2.77/24", &wanted.v4.addresses[0]);
	wanted.mtu = 0;
	test_equal_int((long long)lease_losses(&now, &wanted, &state, texts), 1);
	test_equal_str(texts[0],
		"The gateway 192.0.2.1 and the servers stay as they are today, also when the "
		"network gets others.");
	wanted.n_dns = 0;
	test_equal_int((long long)lease_losses(&now, &wanted, &state, texts), 1);
	test_assert(strstr(texts[0], "The gateway 192.0.2.1 stays as it is"));
	ip_parse("192.0.2.254", &wanted.v4.gateway);
	test_equal_int((long long)lease_losses(&now, &wanted, &state, texts), 0);
	wanted.n_dns = 1;
	test_equal_int((long long)lease_losses(&now, &wanted, &state, texts), 1);
	test_assert(strstr(texts[0], "Name servers, search domains"));
}

int main(void)
{
	test_run(test_file);
	test_run(test_strange_file);
	test_run(test_id);
	test_run(test_times);
	test_run(test_same_times);
	test_run(test_losses);
	test_run(test_losses_of_what_is_kept);
	return test_result();
}
