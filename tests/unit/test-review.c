/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "review.h"
#include "settings.h"
#include "test.h"
#include "util.h"
#include "validate.h"

/* The settings of one machine in the words of its pages. */
struct typed {
	enum net_method v4, v6;
	const char *addresses4, *gateway4, *addresses6, *gateway6, *dns, *domains, *hostname;
};

/* The same as values. */
struct setup {
	struct net_config net;
	char hostname[HOST_NAME_SIZE];
};

/* What was typed, otherwise where nothing was. */
static const char *given(const char *text, const char *otherwise)
{
	return text ? text : otherwise;
}

/* What was typed as values. */
static struct setup setup_from(const struct typed *typed)
{
	struct setup setup = { 0 };
	struct problem problem;
	bool good = true;

	net_config_init(&setup.net, "enp1s0");
	setup.net.v4.method = typed->v4;
	setup.net.v6.method = typed->v6;
	if (typed->addresses4)
		good &= validate_addresses(typed->addresses4, AF_INET, &setup.net.v4, &problem);
	if (typed->addresses6)
		good &= validate_addresses(typed->addresses6, AF_INET6, &setup.net.v6, &problem);
	setup.net.v4.gateway_onlink = true;
	good &= validate_gateway(given(typed->gateway4, ""), AF_INET, &setup.net.v4, &problem);
	good &= validate_gateway(given(typed->gateway6, ""), AF_INET6, &setup.net.v6, &problem);
	good &= validate_dns(given(typed->dns, ""), &setup.net, &problem);
	good &= validate_domains(given(typed->domains, ""), &setup.net, &problem);
	snprintf(setup.hostname, sizeof(setup.hostname), "%s", given(typed->hostname, "localhost"));
	if (!good)
		test_fail("%s", problem.text);
	return setup;
}

/* A machine that has a lease. */
static const struct typed lease = {
	.v4 = NET_METHOD_AUTO,
	.v6 = NET_METHOD_AUTO,
	.addresses4 = "192.0.2.117/24",
	.gateway4 = "192.0.2.1",
	.dns = "192.0.2.53",
};

/* A machine with an address of its own. */
static const struct typed fixed = {
	.v4 = NET_METHOD_STATIC,
	.v6 = NET_METHOD_AUTO,
	.addresses4 = "192.0.2.10/24",
	.gateway4 = "192.0.2.1",
	.dns = "192.0.2.53",
	.hostname = "appliance01",
};

/* All rows of a change. */
static size_t review_build(const struct setup *now, const struct setup *wanted, bool password,
	struct review_row rows[static REVIEW_ROWS_MAX])
{
	size_t n = review_link(&now->net, &wanted->net, rows, REVIEW_ROWS_MAX);

	return n + review_host(now->hostname, wanted->hostname, password, "none", rows + n,
			   REVIEW_ROWS_MAX - n);
}

/* Check that the review has exactly these rows, "subject|now|wanted" each. */
static void check_rows(const char *label, const struct typed *now, const struct typed *wanted,
	bool password, const char *expected)
{
	struct setup a = setup_from(now), b = setup_from(wanted);
	struct review_row rows[REVIEW_ROWS_MAX];
	char text[4096] = "";
	size_t n = review_build(&a, &b, password, rows), length = 0;

	for (size_t i = 0; i < n; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s|%s|%s\n",
			rows[i].subject, rows[i].now, rows[i].wanted);
	test_equal_str_at(label, text, expected);
}

/* What a first run changes. */
static void test_first_run(void)
{
	check_rows("from a lease to a fixed address", &lease, &fixed, true,
		"enp1s0 address|192.0.2.117/24 (DHCP)|192.0.2.10/24 (fixed)\n"
		"enp1s0 gateway|192.0.2.1 (DHCP)|192.0.2.1\n"
		"Hostname|localhost|appliance01\n"
		"root's password|none|set\n");
	check_rows("the same address, fixed", &lease,
		&(struct typed){ .v4 = NET_METHOD_STATIC,
			.v6 = NET_METHOD_AUTO,
			.addresses4 = "192.0.2.117/24",
			.gateway4 = "192.0.2.1",
			.dns = "192.0.2.53" },
		false,
		"enp1s0 address|192.0.2.117/24 (DHCP)|192.0.2.117/24 (fixed)\n"
		"enp1s0 gateway|192.0.2.1 (DHCP)|192.0.2.1\n");
}

/* What is the same is not listed. */
static void test_nothing(void)
{
	struct typed other_lease = lease;

	check_rows("fixed", &fixed, &fixed, false, "");
	check_rows("lease", &lease, &lease, false, "");
	other_lease.addresses4 = "192.0.2.118/24";
	check_rows("another lease", &lease, &other_lease, false, "");
	check_rows("the password alone", &fixed, &fixed, true, "root's password|none|set\n");
}

/* Every setting has its row. */
static void test_each(void)
{
	struct typed typed = fixed;

	check_rows("back to DHCP", &fixed,
		&(struct typed){
			.v4 = NET_METHOD_AUTO, .v6 = NET_METHOD_AUTO, .hostname = "appliance01" },
		false,
		"enp1s0 address|192.0.2.10/24 (fixed)|automatic (DHCP)\n"
		"enp1s0 gateway|192.0.2.1|automatic (DHCP)\n"
		"enp1s0 name servers|192.0.2.53|automatic\n");
	typed.gateway4 = "203.0.113.1";
	check_rows("a gateway elsewhere", &fixed, &typed, false,
		"enp1s0 gateway|192.0.2.1|203.0.113.1 (on-link)\n");
	typed.gateway4 = "";
	check_rows("no gateway", &fixed, &typed, false, "enp1s0 gateway|192.0.2.1|none\n");
	typed = fixed;
	typed.v6 = NET_METHOD_OFF;
	typed.domains = "example.com example.net";
	typed.dns = NULL;
	check_rows("no IPv6, no name servers", &fixed, &typed, false,
		"enp1s0 IPv6 address|automatic|off\n"
		"enp1s0 IPv6 gateway|automatic|off\n"
		"enp1s0 name servers|192.0.2.53|none\n"
		"enp1s0 search domains|none|example.com example.net\n");
	typed = fixed;
	typed.v6 = NET_METHOD_STATIC;
	typed.addresses6 = "2001:db8::10/64 2001:db8::11/64";
	typed.gateway6 = "fe80::1";
	check_rows("fixed IPv6", &fixed, &typed, false,
		"enp1s0 IPv6 address|automatic|2001:db8::10/64 2001:db8::11/64 (fixed)\n"
		"enp1s0 IPv6 gateway|automatic|fe80::1\n");
}

/* Long lists are cut for the screen, yet a difference behind the cut is seen. */
static void test_long(void)
{
	struct setup a = setup_from(&fixed), b;
	struct review_row rows[REVIEW_ROWS_MAX];
	size_t length;

	a.net.n_domains = NET_DOMAINS_MAX;
	for (size_t i = 0; i < NET_DOMAINS_MAX; i++) {
		memset(a.net.domains[i], 'a' + (char)i, DOMAIN_MAX - 1);
		a.net.domains[i][DOMAIN_MAX - 1] = '\0';
	}
	b = a;
	test_equal_int(review_build(&a, &b, false, rows), 0);
	b.net.domains[NET_DOMAINS_MAX - 1][DOMAIN_MAX - 2] = 'z';
	test_equal_int(review_build(&a, &b, false, rows), 1);
	length = strlen(rows[0].wanted);
	test_assert(length < sizeof(rows[0].wanted));
	test_equal_str(rows[0].wanted + length - 3, "...");
}

/* Names from outside do not reach the terminal as they are. */
static void test_hostile(void)
{
	struct setup a = setup_from(&fixed), b = a;
	struct review_row rows[REVIEW_ROWS_MAX];

	strcpy(a.hostname, "x\x1b[2J\n");
	strcpy(a.net.domains[0], "a\r\n");
	a.net.n_domains = 1;
	test_equal_int(review_build(&a, &b, false, rows), 2);
	test_equal_str(rows[0].now, "a??");
	test_equal_str(rows[1].now, "x?[2J?");
}

#define SETTINGS "# Network settings of firstboot; not to be edited.\n"
#define LINK(n)	 "\n[Link]\nName=" n "\n"
#define AUTO	 "\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=automatic\n"
#define DHCP6	 "\n[IPv4]\nMethod=automatic\n\n[IPv6]\nMethod=dhcp\n"
#define FIXED	 "\n[IPv4]\nMethod=static\nAddress=192.0.2.10/24\n\n[IPv6]\nMethod=off\n"
#define VLAN	 "\n[Link]\nName=vlan5\nKind=vlan\nId=5\nPort=enp1s0\n"
#define BOND	 "\n[Link]\nName=bond0\nKind=bond\nMode=802.3ad\nPort=enp1s0\nPort=enp2s0\n"

/* Two sets, and the rows that tell them apart. */
static const struct {
	const char *now, *wanted, *rows;
} sets[] = {
	{ "", "", "" },
	{ LINK("enp1s0") AUTO, LINK("enp1s0") AUTO, "" },
	{ LINK("enp1s0") AUTO LINK("enp2s0") FIXED, LINK("enp2s0") FIXED LINK("enp1s0") AUTO, "" },
	{ LINK("enp1s0") AUTO, LINK("enp1s0") DHCP6,
		"enp1s0 IPv6 address|automatic|automatic (DHCPv6)\n" },
	{ LINK("enp1s0") DHCP6, LINK("enp1s0") FIXED,
		"enp1s0 address|automatic (DHCP)|192.0.2.10/24 (fixed)\n"
		"enp1s0 gateway|automatic (DHCP)|none\n"
		"enp1s0 IPv6 address|automatic (DHCPv6)|off\n"
		"enp1s0 IPv6 gateway|automatic|off\n"
		"enp1s0 name servers|automatic|none\n" },
	{ LINK("enp1s0\nMTUBytes=9000") AUTO "\n[Network]\nNTP=ntp.example.com\nNTP=192.0.2.1\n"
					     "\n[DHCP]\nClientIdentifier=mac\n",
		LINK("enp1s0") AUTO "\n[Route]\nDestination=10.0.0.0/8\nGateway=192.0.2.1\n"
				    "\n[Route]\nDestination=203.0.113.7/32\nMetric=5\n"
				    "\n[DHCP]\nSendHostname=no\n",
		"enp1s0 time servers|ntp.example.com 192.0.2.1|automatic\n"
		"enp1s0 MTU|9000|the link's own\n"
		"enp1s0 routes|none|10.0.0.0/8 via 192.0.2.1, 203.0.113.7/32 metric 5\n"
		"enp1s0 DHCP identity|MAC address|machine ID\n"
		"enp1s0 hostname to DHCP|sent|not sent\n" },
	{ LINK("enp1s0") FIXED "\n[DHCP]\nClientIdentifier=mac\n", LINK("enp1s0") FIXED, "" },
	{ "", LINK("enp1s0") AUTO, "enp1s0|not set up here|set up here\n" },
	{ LINK("enp1s0") FIXED, "",
		"enp1s0|set up here|not set up here\n"
		"enp1s0 address|192.0.2.10/24 (fixed)|automatic (DHCP)\n"
		"enp1s0 gateway|none|automatic (DHCP)\n"
		"enp1s0 IPv6 address|off|automatic\n"
		"enp1s0 IPv6 gateway|off|automatic\n"
		"enp1s0 name servers|none|automatic\n" },
	{ VLAN AUTO, BOND AUTO,
		"bond0|not set up here|set up here\n"
		"bond0 device|none|bond (802.3ad) of enp1s0 enp2s0\n"
		"vlan5|set up here|not set up here\n"
		"vlan5 device|VLAN 5 on enp1s0|none\n" },
	{ "\n[Set]\nAdvertised=enp1s0\n" LINK("enp1s0") AUTO, LINK("enp1s0") AUTO,
		"Web address names|enp1s0|automatic\n" },
};

/* Read the settings of a set. */
static void read_set(const char *text, struct net_set *ret)
{
	char full[1024];

	snprintf(full, sizeof(full), SETTINGS "%s", text);
	if (settings_parse(full, ret) < 0)
		test_fail("no settings: %s", full);
}

/* What tells two sets of the history apart. */
static void test_sets(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(sets); i++) {
		struct review_row rows[REVIEW_ROWS_MAX];
		static struct net_set now, wanted;
		char text[4096] = "";
		size_t n, length = 0;

		read_set(sets[i].now, &now);
		read_set(sets[i].wanted, &wanted);
		n = review_sets(&now, &wanted, rows, REVIEW_ROWS_MAX);
		for (size_t j = 0; j < n; j++)
			length += (size_t)snprintf(text + length, sizeof(text) - length,
				"%s|%s|%s\n", rows[j].subject, rows[j].now, rows[j].wanted);
		test_equal_str_at(sets[i].wanted, text, sets[i].rows);
		test_equal_int(n == 0, net_set_equal(&now, &wanted) ||
					       strstr(sets[i].now, FIXED "\n[DHCP]") != NULL);
	}
}

/* Rows for which there is no room are left out. */
static void test_room(void)
{
	static struct net_set now, wanted;
	struct review_row rows[3];

	memset(rows, 'x', sizeof(rows));
	read_set(LINK("enp1s0") FIXED, &wanted);
	test_equal_int((long long)review_sets(&now, &wanted, rows, 2), 2);
	test_equal_int(rows[2].subject[0], 'x');
	test_equal_int((long long)review_sets(&now, &wanted, rows, 0), 0);
}

int main(void)
{
	test_run(test_first_run);
	test_run(test_nothing);
	test_run(test_each);
	test_run(test_long);
	test_run(test_hostile);
	test_run(test_sets);
	test_run(test_room);
	return test_result();
}
